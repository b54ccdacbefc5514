CREATE TABLE `task_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`tuning_job_id` integer,
	`model_id` integer,
	`line_number` integer NOT NULL,
	`contents` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tuning_job_id`) REFERENCES `tuning_job`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`model_id`) REFERENCES `trained_model`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `task_log_project` ON `task_log` (`project_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `task_log_job_line` ON `task_log` (`tuning_job_id`,`line_number`);--> statement-breakpoint
CREATE UNIQUE INDEX `task_log_model_line` ON `task_log` (`model_id`,`line_number`);