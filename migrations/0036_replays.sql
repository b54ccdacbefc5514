CREATE TABLE `model_replay` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`model_id` integer NOT NULL,
	`status` text NOT NULL,
	`from_time` integer NOT NULL,
	`to_time` integer NOT NULL,
	`trained_to` integer NOT NULL,
	`conversion_types` text NOT NULL,
	`confidence_level` real NOT NULL,
	`shard` integer NOT NULL,
	`tally` text NOT NULL,
	`attempts` integer NOT NULL,
	`result` text,
	`error` text,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`model_id`) REFERENCES `trained_model`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `model_replay_model` ON `model_replay` (`model_id`);--> statement-breakpoint
CREATE INDEX `model_replay_project` ON `model_replay` (`project_id`);--> statement-breakpoint
CREATE INDEX `model_replay_status` ON `model_replay` (`status`,`lease_until`);