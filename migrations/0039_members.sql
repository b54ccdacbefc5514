CREATE TABLE `project_invitation` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`invited_by` integer NOT NULL,
	`role` text NOT NULL,
	`note` text DEFAULT '' NOT NULL,
	`token_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`invited_by`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `project_invitation_token` ON `project_invitation` (`token_hash`);--> statement-breakpoint
CREATE INDEX `project_invitation_project` ON `project_invitation` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `project_invitation_inviter` ON `project_invitation` (`invited_by`);--> statement-breakpoint
CREATE TABLE `project_member` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `project_member_pair` ON `project_member` (`project_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `project_member_account` ON `project_member` (`user_id`,`role`,`project_id`);--> statement-breakpoint
ALTER TABLE `refresh_token` ADD `started_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `refresh_token` ADD `issued_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `refresh_token` ADD `device` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `refresh_token_account` ON `refresh_token` (`user_id`);