CREATE TABLE `rate_window` (
	`key` text PRIMARY KEY NOT NULL,
	`started_at` integer NOT NULL,
	`calls` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `rate_window_start` ON `rate_window` (`started_at`);