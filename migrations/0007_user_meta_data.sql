CREATE TABLE `user_meta_data` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`file_key` text,
	`basename` text NOT NULL,
	`filesize` integer,
	`status` text DEFAULT 'PENDING' NOT NULL,
	`error` text,
	`artifact_key` text,
	`valid_columns` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `user_meta_data_project` ON `user_meta_data` (`project_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `user_meta_data_file` ON `user_meta_data` (`file_key`);