ALTER TABLE `retraining_run` ADD `event_data_id` integer REFERENCES training_data(id) ON DELETE set null;--> statement-breakpoint
ALTER TABLE `retraining_run` ADD `events_at_trigger` integer;--> statement-breakpoint
ALTER TABLE `retraining_schedule` ADD `uses_events` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `retraining_schedule` ADD `every_events` integer;--> statement-breakpoint
ALTER TABLE `retraining_schedule` ADD `events_at_run` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `retraining_schedule` ADD `events_checked_at` integer DEFAULT 0 NOT NULL;