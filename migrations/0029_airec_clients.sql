CREATE TABLE `airec_app` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`owner_id` integer NOT NULL,
	`name` text NOT NULL,
	`webhook_url` text NOT NULL,
	`key_hash` text,
	`key_prefix` text DEFAULT '' NOT NULL,
	`usage_count` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `airec_app_owner` ON `airec_app` (`owner_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `airec_app_key` ON `airec_app` (`key_hash`);--> statement-breakpoint
CREATE TABLE `airec_project` (
	`project_id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`model_type` text NOT NULL,
	`files` text NOT NULL,
	`item_table_id` integer,
	`interactions_id` integer,
	`error` text,
	`ready_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade
);
