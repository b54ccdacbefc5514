CREATE TABLE `user_merge` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`from_user` text NOT NULL,
	`to_user` text NOT NULL,
	`settled_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_merge_from` ON `user_merge` (`project_id`,`from_user`);--> statement-breakpoint
CREATE INDEX `user_merge_to` ON `user_merge` (`project_id`,`to_user`);--> statement-breakpoint
CREATE INDEX `user_merge_open` ON `user_merge` (`id`) WHERE settled_at is null;