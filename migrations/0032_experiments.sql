CREATE TABLE `ab_test` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`control_slot_id` integer NOT NULL,
	`variant_slot_id` integer NOT NULL,
	`target_metric` text NOT NULL,
	`min_sample_size` integer NOT NULL,
	`confidence_level` real NOT NULL,
	`started_at` integer,
	`ended_at` integer,
	`winner_slot_id` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`control_slot_id`) REFERENCES `deployment_slot`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`variant_slot_id`) REFERENCES `deployment_slot`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`winner_slot_id`) REFERENCES `deployment_slot`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `ab_test_project` ON `ab_test` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `ab_test_control` ON `ab_test` (`control_slot_id`);--> statement-breakpoint
CREATE INDEX `ab_test_variant` ON `ab_test` (`variant_slot_id`);--> statement-breakpoint
CREATE INDEX `ab_test_winner` ON `ab_test` (`winner_slot_id`);--> statement-breakpoint
CREATE TABLE `conversion_event` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`slot_id` integer NOT NULL,
	`user_id` text NOT NULL,
	`item_id` text NOT NULL,
	`event_type` text NOT NULL,
	`request_id` text,
	`metadata` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`slot_id`) REFERENCES `deployment_slot`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `conversion_event_project` ON `conversion_event` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `conversion_event_slot` ON `conversion_event` (`slot_id`,`event_type`,`created_at`);--> statement-breakpoint
CREATE INDEX `conversion_event_user` ON `conversion_event` (`project_id`,`user_id`);