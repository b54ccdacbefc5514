CREATE TABLE `saved_rule` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`rule` text NOT NULL,
	`priority` integer NOT NULL,
	`starts_at` integer,
	`ends_at` integer,
	`is_enabled` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `saved_rule_name` ON `saved_rule` (`project_id`,`name`);--> statement-breakpoint
CREATE INDEX `saved_rule_project` ON `saved_rule` (`project_id`,`id`);--> statement-breakpoint
CREATE TRIGGER `routing_rule_insert` AFTER INSERT ON `saved_rule` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_rule_update` AFTER UPDATE ON `saved_rule` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_rule_delete` AFTER DELETE ON `saved_rule` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || OLD.`project_id`);
END;
