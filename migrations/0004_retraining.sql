CREATE TABLE `retraining_run` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`schedule_id` integer NOT NULL,
	`trigger` text NOT NULL,
	`due_at` integer NOT NULL,
	`status` text DEFAULT 'PENDING' NOT NULL,
	`data_id` integer,
	`configuration_id` integer,
	`model_id` integer,
	`tuning_job_id` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`not_before` integer DEFAULT 0 NOT NULL,
	`error_message` text DEFAULT '' NOT NULL,
	`deployment` text DEFAULT '' NOT NULL,
	`rows_at_trigger` integer,
	`completed_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`schedule_id`) REFERENCES `retraining_schedule`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`data_id`) REFERENCES `training_data`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`configuration_id`) REFERENCES `model_configuration`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`model_id`) REFERENCES `trained_model`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`tuning_job_id`) REFERENCES `tuning_job`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `retraining_run_project` ON `retraining_run` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `retraining_run_status` ON `retraining_run` (`status`);--> statement-breakpoint
CREATE INDEX `retraining_run_model` ON `retraining_run` (`model_id`);--> statement-breakpoint
CREATE INDEX `retraining_run_job` ON `retraining_run` (`tuning_job_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `retraining_run_due` ON `retraining_run` (`schedule_id`,`due_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `retraining_run_lock` ON `retraining_run` (`project_id`) WHERE status in ('PENDING', 'RUNNING');--> statement-breakpoint
CREATE TABLE `retraining_schedule` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`is_enabled` integer NOT NULL,
	`cron_expression` text NOT NULL,
	`data_id` integer,
	`configuration_id` integer,
	`retune` integer NOT NULL,
	`split_id` integer,
	`evaluation_id` integer,
	`max_retries` integer NOT NULL,
	`notify_on_failure` integer NOT NULL,
	`auto_deploy` integer NOT NULL,
	`deploy_tolerance` real NOT NULL,
	`keep_versions` integer NOT NULL,
	`next_run_at` integer,
	`last_run_at` integer,
	`last_run_status` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`data_id`) REFERENCES `training_data`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`configuration_id`) REFERENCES `model_configuration`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`split_id`) REFERENCES `split_config`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`evaluation_id`) REFERENCES `evaluation_config`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `retraining_schedule_project` ON `retraining_schedule` (`project_id`);--> statement-breakpoint
CREATE INDEX `retraining_schedule_due` ON `retraining_schedule` (`is_enabled`,`next_run_at`);