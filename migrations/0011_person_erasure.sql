CREATE TABLE `deletion_item` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`deletion_id` integer NOT NULL,
	`source` text NOT NULL,
	`row_id` integer NOT NULL,
	`state` text DEFAULT 'OPEN' NOT NULL,
	FOREIGN KEY (`deletion_id`) REFERENCES `deletion`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deletion_item_row` ON `deletion_item` (`deletion_id`,`source`,`row_id`);--> statement-breakpoint
ALTER TABLE `deletion` ADD `subject` text;