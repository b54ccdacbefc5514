ALTER TABLE `item_meta_data` ADD `report` text;--> statement-breakpoint
ALTER TABLE `user_meta_data` ADD `report` text;