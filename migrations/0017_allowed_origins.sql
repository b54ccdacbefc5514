ALTER TABLE `project` ADD `allowed_origins` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
CREATE TRIGGER `routing_project_origins` AFTER UPDATE OF `allowed_origins` ON `project` WHEN OLD.`allowed_origins` <> NEW.`allowed_origins` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_project_insert` AFTER INSERT ON `project` WHEN NEW.`allowed_origins` <> '[]' BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`id`);
END;
