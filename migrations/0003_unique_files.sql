CREATE UNIQUE INDEX `item_meta_data_file` ON `item_meta_data` (`file_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `training_data_file` ON `training_data` (`file_key`);