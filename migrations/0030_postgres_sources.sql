CREATE TABLE `postgres_source` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`name` text NOT NULL,
	`connection` text NOT NULL,
	`preset` text,
	`mapping` text NOT NULL,
	`every_minutes` integer,
	`is_enabled` integer NOT NULL,
	`status` text DEFAULT 'IDLE' NOT NULL,
	`error` text,
	`progress` text NOT NULL,
	`counts` text NOT NULL,
	`rejected` text NOT NULL,
	`last_read_at` integer,
	`next_read_at` integer,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `postgres_source_name` ON `postgres_source` (`project_id`,`name`);--> statement-breakpoint
CREATE INDEX `postgres_source_due` ON `postgres_source` (`is_enabled`,`next_read_at`);