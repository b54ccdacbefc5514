CREATE TABLE `deletion` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`project_id` integer,
	`owner_id` integer NOT NULL,
	`requested_by` integer NOT NULL,
	`status` text DEFAULT 'RUNNING' NOT NULL,
	`report` text NOT NULL,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`sweep_at` integer,
	`completed_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `deletion_status` ON `deletion` (`status`);--> statement-breakpoint
CREATE INDEX `deletion_owner` ON `deletion` (`owner_id`,`id`);--> statement-breakpoint
CREATE INDEX `deletion_project` ON `deletion` (`project_id`);--> statement-breakpoint
DROP INDEX `project_owner_name`;--> statement-breakpoint
ALTER TABLE `project` ADD `deleted_at` integer;--> statement-breakpoint
CREATE INDEX `project_owner` ON `project` (`owner_id`,`id`);--> statement-breakpoint
CREATE INDEX `project_deleted` ON `project` (`deleted_at`) WHERE deleted_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `project_owner_name` ON `project` (`owner_id`,`name`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `audit_entry_user` ON `audit_entry` (`user_id`);