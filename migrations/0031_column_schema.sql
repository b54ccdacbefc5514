CREATE TABLE `column_schema` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`side` text NOT NULL,
	`version` integer NOT NULL,
	`origin` text NOT NULL,
	`id_column` text,
	`other_columns` text NOT NULL,
	`columns` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `column_schema_version` ON `column_schema` (`project_id`,`side`,`version`);--> statement-breakpoint
CREATE INDEX `column_schema_project` ON `column_schema` (`project_id`,`id`);