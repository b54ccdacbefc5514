CREATE TABLE `experiment` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`variants` text NOT NULL,
	`allocation` text NOT NULL,
	`floor` real NOT NULL,
	`conversion_types` text NOT NULL,
	`metric` text NOT NULL,
	`confidence_level` real NOT NULL,
	`guardrails` text NOT NULL,
	`periods` text NOT NULL,
	`started_at` integer,
	`ended_at` integer,
	`winner_slot_id` integer,
	`checked_at` integer,
	`verdict` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `experiment_project` ON `experiment` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `experiment_status` ON `experiment` (`status`,`checked_at`);--> statement-breakpoint
CREATE TRIGGER `routing_experiment_insert` AFTER INSERT ON `experiment` WHEN NEW.`status` = 'RUNNING' BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_experiment_update` AFTER UPDATE ON `experiment`
WHEN (OLD.`status` = 'RUNNING' OR NEW.`status` = 'RUNNING')
	AND (OLD.`status` <> NEW.`status` OR OLD.`periods` <> NEW.`periods` OR OLD.`variants` <> NEW.`variants` OR OLD.`kind` <> NEW.`kind`) BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_experiment_delete` AFTER DELETE ON `experiment` WHEN OLD.`status` = 'RUNNING' BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || OLD.`project_id`);
END;
