CREATE TABLE `airec_app_usage` (
	`app_id` integer NOT NULL,
	`day` text NOT NULL,
	`lists` integer NOT NULL,
	PRIMARY KEY(`app_id`, `day`),
	FOREIGN KEY (`app_id`) REFERENCES `airec_app`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `webhook_call` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`endpoint_id` integer NOT NULL,
	`project_id` integer NOT NULL,
	`event` text NOT NULL,
	`event_key` text,
	`body` text NOT NULL,
	`position` integer NOT NULL,
	`status` text DEFAULT 'PENDING' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`response_status` integer,
	`error` text,
	`queued_at` integer NOT NULL,
	`delivered_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`endpoint_id`) REFERENCES `webhook_endpoint`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `webhook_call_project` ON `webhook_call` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_call_queue` ON `webhook_call` (`status`,`endpoint_id`,`position`);--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_call_position` ON `webhook_call` (`endpoint_id`,`position`);--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_call_event` ON `webhook_call` (`endpoint_id`,`event_key`);--> statement-breakpoint
CREATE TABLE `webhook_endpoint` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` integer NOT NULL,
	`project_id` integer,
	`url` text NOT NULL,
	`events` text NOT NULL,
	`secret` text NOT NULL,
	`previous_secret` text,
	`previous_secret_until` integer,
	`is_enabled` integer DEFAULT true NOT NULL,
	`disabled_reason` text,
	`failures` integer DEFAULT 0 NOT NULL,
	`retry_at` integer DEFAULT 0 NOT NULL,
	`dropped` integer DEFAULT 0 NOT NULL,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `webhook_endpoint_project` ON `webhook_endpoint` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_endpoint_account` ON `webhook_endpoint` (`account_id`,`id`);--> statement-breakpoint
ALTER TABLE `airec_app` ADD `endpoint_id` integer REFERENCES webhook_endpoint(id);--> statement-breakpoint
INSERT INTO `webhook_endpoint` (`account_id`, `url`, `events`, `secret`, `created_at`, `updated_at`)
  SELECT `owner_id`, `webhook_url`, '["model_ready","recommendation"]', `key_hash`, `created_at`, `created_at`
  FROM `airec_app` WHERE `key_hash` IS NOT NULL;
--> statement-breakpoint
UPDATE `airec_app` SET `endpoint_id` = (SELECT `id` FROM `webhook_endpoint` WHERE `secret` = `key_hash`);
