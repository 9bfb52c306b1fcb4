# negative_machines: machines that ask, ship and follow, on connections that stay: configuration, repositories, logs,
# replicas of databases, feeds.  Where someone outside begins it, it is a program.

negatives+=(ansible git-poll git-served logs-busy logs-syslog log-watch mqtt-bursts replica-postgres replica-redis feed feed-served
    feed-served-wireguard assistant)
weight[ansible]=2

session_ansible() # a program outside sees to the laptop's configuration
{
	about ansible ssh none - "ansible-core openssh-client openssh-server"
	lab_need ansible-playbook
	local n
	ssh_serve a
	mkdir "$LAB/plays"
	head -c 9000 /dev/urandom | base64 >"$LAB/plays/motd"
	cat >"$LAB/plays/site.yml" <<-END
		- hosts: all
		  gather_facts: $( ((seed % 2)) && echo true || echo false)
		  tasks:
		    - {name: folder, file: {path: $LAB/home/set, state: directory}}
		    - {name: motd, copy: {src: $LAB/plays/motd, dest: $LAB/home/set/motd}}
		    - {name: line, lineinfile: {path: $LAB/home/set/hosts, line: "10.77.0.9 build{{ 40 | random }}", create: true}}
		    - {name: look, stat: {path: /etc/passwd}}
		    - {name: load, command: cat /etc/services, changed_when: false}
		    - {name: disks, shell: df -h | tail -n 5, changed_when: false}
	END
	work_begin
	tap_start "$out"
	while working; do
		in_b env HOME="$LAB/home" ANSIBLE_HOST_KEY_CHECKING=False ANSIBLE_LOCAL_TEMP=/tmp/local ANSIBLE_REMOTE_TEMP=/tmp/remote LC_ALL=C.UTF-8 \
		    ANSIBLE_SSH_ARGS="${ssh_options[*]} -o ControlMaster=auto -o ControlPersist=600s" ANSIBLE_SSH_CONTROL_PATH_DIR=/tmp/cp \
		    ANSIBLE_PIPELINING=$((seed % 2)) timeout 120 ansible-playbook -u root -i "$INSIDE," -e ansible_python_interpreter=/usr/bin/python3 \
		    "$LAB/plays/site.yml" >>"$LAB/log/ansible" 2>&1 || true
		rest 2 $((10 + seed % 3 * 10))
	done
	tap_stop
}

# git_repository: on the laptop or outside, with a little in it.
git_repository()
{
	local git=(git -c user.name=casey -c user.email=casey@example.net -c init.defaultBranch=main -c core.hooksPath=/dev/null)
	papers "$LAB/work"
	"${git[@]}" init -q "$LAB/work"
	"${git[@]}" -C "$LAB/work" add .
	"${git[@]}" -C "$LAB/work" commit -qm begun
}

# git_polls MACHINE ADDRESS: asks again and again on one connection; there is news now and then.
git_polls()
{
	local m=$1 git=(git -c user.name=casey -c user.email=casey@example.net -c core.hooksPath=/dev/null -C)
	export GIT_SSH_COMMAND="ssh ${ssh_options[*]} -o ControlMaster=auto -o ControlPath=$LAB/control -o ControlPersist=yes"
	tap_start "$out"
	in_"$m" git clone -q "ssh://root@$2$LAB/work" "$LAB/copy"
	while working; do
		in_"$m" git -C "$LAB/copy" fetch -q || true
		rest 1 $((4 + seed % 3 * 4))
		[ $((RANDOM % 5)) -eq 0 ] || continue
		date +%N >>"$LAB/work/report$((1 + RANDOM % 24)).txt"
		"${git[@]}" "$LAB/work" commit -qam more
	done >>"$LAB/log/git" 2>&1
	tap_stop
}

session_git_poll() # the laptop asks a server for news every few seconds
{
	about git ssh none - "git openssh-client openssh-server"
	ssh_serve b
	work_begin
	git_repository
	git_polls a "$OUTSIDE"
}

session_git_served() # a builder outside asks the laptop
{
	about git ssh none - "git openssh-client openssh-server"
	ssh_serve a
	work_begin
	git_repository
	git_polls b "$INSIDE"
}

# A program that has much to tell: some lines, then a rush of them.
log_busy()
{
	local n
	while working; do
		for n in $(seq 1 $((1 + RANDOM % (12 + seed % 3 * 12)))); do
			printf '%(%s)T worker[%s]: request %s took %s ms, %s bytes\n' -1 $((RANDOM % 9)) "$RANDOM$RANDOM" "$RANDOM" "$RANDOM"
			sleep 0.0$((1 + RANDOM % 9))
		done
		sleep $((RANDOM % 4)).$((RANDOM % 10))
	done
}

session_logs_busy() { work_begin; logs_shipped log_busy; } # acknowledged lines, in rushes

session_logs_syslog() # lines that nobody acknowledges, in TLS
{
	about rsyslog tls none - "rsyslog stunnel4"
	printf '%s\n' 'module(load="imptcp") input(type="imptcp" port="2515")' "action(type=\"omfile\" file=\"$LAB/log/collected\")" >"$LAB/rsyslog.b"
	printf '%s\n' 'module(load="imuxsock" SysSock.Use="off") input(type="imuxsock" Socket="/run/work.log")' \
	    'action(type="omfwd" target="127.0.0.1" port="15000" protocol="tcp")' >"$LAB/rsyslog.a"
	lab_certificate "/CN=logs.example.net"
	in_b rsyslogd -n -f "$LAB/rsyslog.b" -i "$LAB/rsyslog.b.pid" >"$LAB/log/rsyslog.b.out" 2>&1 &
	listening b 2515
	stunnel_end b "cert = $LAB/cert.pem" "key = $LAB/key.pem" "[logs]" "accept = 6514" "connect = 127.0.0.1:2515"
	listening b 6514
	work_begin
	tap_start "$out"
	stunnel_end a "client = yes" "[logs]" "accept = 127.0.0.1:15000" "connect = $OUTSIDE:6514"
	listening a 15000
	in_a rsyslogd -n -f "$LAB/rsyslog.a" -i "$LAB/rsyslog.a.pid" >"$LAB/log/rsyslog.a.out" 2>&1 &
	lab_wait 10 in_a test -S /run/work.log
	log_busy | in_a logger -u /run/work.log -t worker --socket-errors=off
	tap_stop
}

session_log_watch() # someone outside has a log of the laptop on a screen, and only looks
{
	about openssh-tail ssh none - "openssh-client openssh-server"
	ssh_serve a
	work_begin
	tap_start "$out"
	log_busy >"$LAB/home/work.log" &
	in_b timeout "$seconds" ssh -tt "${ssh_options[@]}" -o ServerAliveInterval=$((5 + seed * 5)) "root@$INSIDE" tail -f "$LAB/home/work.log" \
	    >"$LAB/log/tail" 2>&1 </dev/null || true
	tap_stop
}

session_mqtt_bursts() # a controller outside sets many things at once, the laptop's house tells of each; readings besides
{
	about mosquitto mqtts none - "mosquitto mosquitto-clients"
	broker_start
	work_begin
	tap_start "$out"
	in_a timeout "$seconds" mosquitto_sub "${broker[@]}" -q 1 -i house$seed -k 20 -t 'set/#' | while read -r set; do
		echo "{\"set\": \"$set\", \"state\": [$RANDOM, $RANDOM, $RANDOM], \"watts\": $RANDOM, \"at\": $SECONDS}"
		[ $((RANDOM % 3)) -gt 0 ] || echo "{\"temperature\": $RANDOM, \"humidity\": $RANDOM, \"battery\": $RANDOM}"
	done | in_a mosquitto_pub "${broker[@]}" -q 1 -k 20 -t state -l >"$LAB/log/house" 2>&1 &
	in_b timeout "$seconds" mosquitto_sub "${broker[@]}" -t state >/dev/null 2>&1 &
	while working; do
		for _ in $(seq 1 $((3 + RANDOM % 18))); do
			echo "$((RANDOM % 100)) $RANDOM"
			sleep 0.$((RANDOM % 3))$((RANDOM % 10))
		done
		rest 1 $((6 + seed % 3 * 4))
	done | in_b mosquitto_pub "${broker[@]}" -q 1 -t set/lamp -l >"$LAB/log/controller" 2>&1
	tap_stop
}

session_replica_postgres() # what is written in the laptop's database is kept outside, each write confirmed
{
	about postgres-replica tls none - "postgresql-15 postgresql-client-15"
	local bin=/usr/lib/postgresql/15/bin n
	lab_certificate_named
	mkdir "$LAB/db" "$LAB/wal"
	chown -R postgres "$LAB/db" "$LAB/key.pem" "$LAB/wal"
	chmod 600 "$LAB/key.pem"
	in_a setpriv --reuid postgres --clear-groups $bin/initdb -D "$LAB/db" -U casey -A trust >"$LAB/log/initdb" 2>&1
	echo "hostssl replication all 0.0.0.0/0 trust" >>"$LAB/db/pg_hba.conf"
	in_a setpriv --reuid postgres --clear-groups $bin/postgres -D "$LAB/db" -k /tmp -c listen_addresses='*' -c ssl=on -c max_connections=10 \
	    -c ssl_cert_file="$LAB/cert.pem" -c ssl_key_file="$LAB/key.pem" -c checkpoint_timeout=1h >"$LAB/log/postgres" 2>&1 &
	listening a 5432
	lab_wait 30 in_a $bin/pg_isready -h 127.0.0.1
	in_a $bin/psql -q -h /tmp -U casey postgres -c "create table orders (id serial, note text, amount int)"
	work_begin
	tap_start "$out"
	in_b setpriv --reuid postgres --clear-groups timeout "$seconds" env HOME="$LAB/home" $bin/pg_receivewal -D "$LAB/wal" --synchronous -s $((2 + seed * 3)) --no-password \
	    -d "host=$INSIDE user=casey sslmode=require" >"$LAB/log/receive" 2>&1 &
	while working; do
		for n in $(seq 1 $((1 + RANDOM % 9))); do
			echo "insert into orders (note, amount) values ('$(printf 'word%s ' $RANDOM $RANDOM $RANDOM)', $RANDOM);"
			sleep 0.$((RANDOM % 10))
		done
		rest 0 $((2 + seed % 3 * 3))
	done | in_a $bin/psql -q -h /tmp -U casey postgres >"$LAB/log/psql" 2>&1
	tap_stop
}

session_replica_redis() # a cache on the laptop has a copy outside, which tells each second how far it is
{
	about redis-replica tls none - "redis-server redis-tools"
	local m n
	lab_certificate_named
	for m in a b; do
		in_"$m" redis-server --port 0 --tls-port 6380 --tls-cert-file "$LAB/cert.pem" --tls-key-file "$LAB/key.pem" --tls-replication yes \
		    --tls-ca-cert-file "$LAB/cert.pem" --tls-auth-clients no --save "" --dir "$LAB/home" --dbfilename "$m.rdb" --protected-mode no \
		    >"$LAB/log/redis.$m" 2>&1 &
		listening "$m" 6380
	done
	work_begin
	tap_start "$out"
	in_b redis-cli --tls --cacert "$LAB/cert.pem" -h "$OUTSIDE" -p 6380 replicaof "$INSIDE" 6380 >/dev/null
	while working; do
		for n in $(seq 1 $((1 + RANDOM % 12))); do
			echo "set user:$((RANDOM % 90)) word$RANDOM-$RANDOM-$RANDOM"
			[ $((RANDOM % 4)) -gt 0 ] || echo "lpush queue job-$RANDOM$RANDOM$RANDOM"
			sleep 0.$((RANDOM % 5))
		done
		rest 0 $((2 + seed % 3 * 3))
	done | in_a redis-cli --tls --cacert "$LAB/cert.pem" -h "$INSIDE" -p 6380 >"$LAB/log/redis" 2>&1
	tap_stop
}

# feed SERVER WHAT ADDRESS: negative_feeds.py on both machines; the other asks.
feed()
{
	local server=$1 what=$2 other=a
	[ "$server" != a ] || other=b
	in_"$server" "$python" "$here/negative_feeds.py" serve "$what" "$seed" "$seconds" "$LAB/cert.pem" "$LAB/key.pem" >"$LAB/log/feed.$server" 2>&1 &
	listening "$server" 443
	in_"$other" "$python" "$here/negative_feeds.py" ask "$what" "$seed" "$seconds" "wss://$3/$what" >"$LAB/log/feed.$other" 2>&1
	tap_stop
}

about_feed()
{
	packages=python3-aiohttp plain=wss
	"about_$1"
	about aiohttp "$carrier" none - "$packages"
	lab_certificate_named
}

session_feed() # prices come, the laptop pings
{
	about_feed direct
	tap_start "$out"
	feed b prices "$OUTSIDE"
}

session_feed_served() # a program outside follows figures of the laptop: it pings, and chooses others now and then
{
	about_feed direct
	tap_start "$out"
	feed a prices "$INSIDE"
}

session_feed_served_wireguard()
{
	about_feed wireguard
	tunnelled wireguard
	feed a prices 10.99.0.2
}

session_assistant() # spoken to now and then: sound goes out, words come back while it does, then an answer
{
	about_feed direct
	tap_start "$out"
	feed b voice "$OUTSIDE"
}
