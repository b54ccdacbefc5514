ALTER TABLE `trained_model` ADD `measuring_job_id` integer REFERENCES tuning_job(id) ON DELETE set null;--> statement-breakpoint
ALTER TABLE `trained_model` ADD `training_seconds` real;--> statement-breakpoint
CREATE INDEX `trained_model_measuring` ON `trained_model` (`measuring_job_id`);--> statement-breakpoint
ALTER TABLE `tuning_job` ADD `fixed_configuration_id` integer REFERENCES model_configuration(id) ON DELETE cascade;--> statement-breakpoint
ALTER TABLE `tuning_job` ADD `measured_model_id` integer REFERENCES trained_model(id) ON DELETE set null;--> statement-breakpoint
ALTER TABLE `tuning_job` ADD `serving_model_id` integer REFERENCES trained_model(id) ON DELETE set null;--> statement-breakpoint
CREATE INDEX `tuning_job_fixed` ON `tuning_job` (`fixed_configuration_id`);--> statement-breakpoint
CREATE INDEX `tuning_job_measured` ON `tuning_job` (`measured_model_id`);--> statement-breakpoint
CREATE INDEX `tuning_job_serving` ON `tuning_job` (`serving_model_id`);