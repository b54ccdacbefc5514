ALTER TABLE `api_key` ADD `requests_per_second` integer;--> statement-breakpoint
ALTER TABLE `api_key` ADD `requests_per_minute` integer;--> statement-breakpoint
CREATE TRIGGER `routing_key_limits` AFTER UPDATE OF `requests_per_second`, `requests_per_minute` ON `api_key` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('key:' || NEW.`key_hash`);
END;
