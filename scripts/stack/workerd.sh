#!/bin/sh
# Runs the Workers runtime in place of this shell, for the process in STACK_HOST. Ctrl-C reaches every process of a terminal: the
# runtime leaves it to its host, which ends it in order. The host's watch ends the process named in STACK_RUNTIME_FILE when the host dies;
# so the name is written first, and the host is looked for after that.
trap '' INT HUP
echo $$ > "$STACK_RUNTIME_FILE" || exit 1
kill -0 "$STACK_HOST" 2> /dev/null || exit 1
exec "$STACK_WORKERD" "$@"
