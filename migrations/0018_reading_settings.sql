ALTER TABLE `item_meta_data` ADD `reading` text;--> statement-breakpoint
ALTER TABLE `project` ADD `reading` text;--> statement-breakpoint
ALTER TABLE `training_data` ADD `reading` text;--> statement-breakpoint
ALTER TABLE `upload` ADD `reading` text;--> statement-breakpoint
ALTER TABLE `user_meta_data` ADD `reading` text;