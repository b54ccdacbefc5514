ALTER TABLE `evaluation_config` ADD `import_id` integer;--> statement-breakpoint
CREATE INDEX `evaluation_config_import` ON `evaluation_config` (`import_id`) WHERE import_id is not null;--> statement-breakpoint
ALTER TABLE `split_config` ADD `import_id` integer;--> statement-breakpoint
CREATE INDEX `split_config_import` ON `split_config` (`import_id`) WHERE import_id is not null;