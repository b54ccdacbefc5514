ALTER TABLE `project` ADD `deleted_version` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `trained_model` ADD `withdrawn_at` integer;