CREATE TABLE `api_key` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`owner_id` integer NOT NULL,
	`name` text NOT NULL,
	`key_prefix` text NOT NULL,
	`key_hash` text NOT NULL,
	`scopes` text NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	`expires_at` integer,
	`last_used_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`owner_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_key_name` ON `api_key` (`project_id`,`name`);--> statement-breakpoint
CREATE UNIQUE INDEX `api_key_hash` ON `api_key` (`key_hash`);--> statement-breakpoint
CREATE TABLE `deployment_slot` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`name` text NOT NULL,
	`model_id` integer NOT NULL,
	`previous_model_id` integer,
	`weight` real DEFAULT 100 NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	`is_default` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`model_id`) REFERENCES `trained_model`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`previous_model_id`) REFERENCES `trained_model`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `deployment_slot_project` ON `deployment_slot` (`project_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `deployment_slot_default` ON `deployment_slot` (`project_id`) WHERE is_default = 1;--> statement-breakpoint
CREATE TABLE `evaluation_config` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text,
	`created_by` integer NOT NULL,
	`cutoff` integer NOT NULL,
	`target_metric` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`created_by`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `evaluation_config_creator` ON `evaluation_config` (`created_by`,`id`);--> statement-breakpoint
CREATE TABLE `item_meta_data` (
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
CREATE INDEX `item_meta_data_project` ON `item_meta_data` (`project_id`,`id`);--> statement-breakpoint
CREATE TABLE `model_configuration` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`tuning_job_id` integer,
	`name` text,
	`recommender_class_name` text NOT NULL,
	`parameters` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tuning_job_id`) REFERENCES `tuning_job`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `model_configuration_name` ON `model_configuration` (`project_id`,`name`);--> statement-breakpoint
CREATE UNIQUE INDEX `model_configuration_job` ON `model_configuration` (`tuning_job_id`);--> statement-breakpoint
CREATE TABLE `project` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`owner_id` integer NOT NULL,
	`name` text NOT NULL,
	`user_column` text NOT NULL,
	`item_column` text NOT NULL,
	`time_column` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `project_owner_name` ON `project` (`owner_id`,`name`);--> statement-breakpoint
CREATE TABLE `refresh_token` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`family` text NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `refresh_token_family` ON `refresh_token` (`family`);--> statement-breakpoint
CREATE INDEX `refresh_token_expiry` ON `refresh_token` (`expires_at`);--> statement-breakpoint
CREATE TABLE `split_config` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text,
	`created_by` integer NOT NULL,
	`scheme` text NOT NULL,
	`heldout_ratio` real NOT NULL,
	`n_heldout` integer,
	`test_user_ratio` real NOT NULL,
	`n_test_users` integer,
	`random_seed` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`created_by`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `split_config_creator` ON `split_config` (`created_by`,`id`);--> statement-breakpoint
CREATE TABLE `trained_model` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`configuration_id` integer NOT NULL,
	`data_id` integer NOT NULL,
	`tuning_job_id` integer,
	`version` integer NOT NULL,
	`status` text DEFAULT 'PENDING' NOT NULL,
	`progress` real DEFAULT 0 NOT NULL,
	`error` text,
	`artifact_key` text,
	`filesize` integer,
	`metrics` text,
	`engine_version` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`configuration_id`) REFERENCES `model_configuration`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`data_id`) REFERENCES `training_data`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tuning_job_id`) REFERENCES `tuning_job`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `trained_model_version` ON `trained_model` (`project_id`,`version`);--> statement-breakpoint
CREATE UNIQUE INDEX `trained_model_job` ON `trained_model` (`tuning_job_id`);--> statement-breakpoint
CREATE INDEX `trained_model_data` ON `trained_model` (`data_id`);--> statement-breakpoint
CREATE INDEX `trained_model_status` ON `trained_model` (`status`);--> statement-breakpoint
CREATE TABLE `training_data` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`file_key` text,
	`basename` text NOT NULL,
	`filesize` integer,
	`status` text DEFAULT 'PENDING' NOT NULL,
	`error` text,
	`artifact_key` text,
	`report` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `training_data_project` ON `training_data` (`project_id`,`id`);--> statement-breakpoint
CREATE TABLE `tuning_job` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`data_id` integer NOT NULL,
	`split_id` integer NOT NULL,
	`evaluation_id` integer NOT NULL,
	`status` text DEFAULT 'PENDING' NOT NULL,
	`parallel_trials` integer NOT NULL,
	`trial_count` integer NOT NULL,
	`memory_budget_mb` integer NOT NULL,
	`overall_timeout_s` integer,
	`trial_timeout_s` integer,
	`random_seed` integer,
	`algorithms` text,
	`train_after_tuning` integer NOT NULL,
	`best_score` real,
	`best_config_id` integer,
	`tuned_model_id` integer,
	`final_metrics` text,
	`engine_version` text,
	`error` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`data_id`) REFERENCES `training_data`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`split_id`) REFERENCES `split_config`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`evaluation_id`) REFERENCES `evaluation_config`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `tuning_job_project` ON `tuning_job` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `tuning_job_data` ON `tuning_job` (`data_id`);--> statement-breakpoint
CREATE INDEX `tuning_job_status` ON `tuning_job` (`status`);--> statement-breakpoint
CREATE TABLE `upload` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`kind` text NOT NULL,
	`filename` text NOT NULL,
	`size` integer NOT NULL,
	`r2_key` text NOT NULL,
	`r2_upload_id` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `upload_project` ON `upload` (`project_id`);--> statement-breakpoint
CREATE TABLE `upload_part` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`upload_id` integer NOT NULL,
	`part_number` integer NOT NULL,
	`etag` text NOT NULL,
	`bytes` integer NOT NULL,
	FOREIGN KEY (`upload_id`) REFERENCES `upload`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `upload_part_number` ON `upload_part` (`upload_id`,`part_number`);--> statement-breakpoint
CREATE TABLE `user` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`username` text NOT NULL,
	`email` text DEFAULT '' NOT NULL,
	`first_name` text DEFAULT '' NOT NULL,
	`last_name` text DEFAULT '' NOT NULL,
	`password_hash` text NOT NULL,
	`is_staff` integer DEFAULT false NOT NULL,
	`is_superuser` integer DEFAULT false NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	`token_version` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`last_login_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_username` ON `user` (lower("username"));