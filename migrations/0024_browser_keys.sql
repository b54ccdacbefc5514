ALTER TABLE `api_key` ADD `is_browser` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `api_key` ADD `allowed_origins` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
CREATE TRIGGER `routing_key_origins` AFTER UPDATE OF `allowed_origins`, `is_browser` ON `api_key` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('key:' || NEW.`key_hash`);
END;
