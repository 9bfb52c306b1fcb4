# negative_terminals: a person at a prompt outside, or in an editor whose brain is outside.

negatives+=(ssh-out mosh-out psql redis ide)

# at_prompt TOOL COMMAND...: the seeded person types into it, on a terminal of its own.
at_prompt()
{
	local tool=$1
	shift
	"$python" "$here/negative_prompt.py" "$tool" "$seed" "$seconds" |
	    in_a env TERM=xterm HOME="$LAB/home" PAGER=cat timeout -k 2 $((seconds + 8)) \
	    script -qfec "stty rows 40 cols 120; exec $*" /dev/null >"$LAB/log/$tool" 2>&1 || true
}

session_ssh_out() # the laptop's user works on a server: the far hand is the laptop's own
{
	about openssh ssh shell outside "openssh-client openssh-server vim"
	ssh_serve
	tap_start "$out"
	at_prompt shell "ssh -tt ${ssh_options[*]} root@$OUTSIDE"
	tap_stop
}

session_mosh_out() # the same by mosh
{
	about mosh mosh shell outside "mosh vim"
	lab_need mosh-server mosh-client script
	local port secret
	read -r _ _ port secret < <(in_b env LC_ALL=C.UTF-8 TERM=xterm mosh-server new -i "$OUTSIDE" -p 60001 2>/dev/null | grep '^MOSH CONNECT')
	[ -n "$secret" ] || lab_fail "mosh-server did not start"
	tap_start "$out"
	at_prompt shell "env LC_ALL=C.UTF-8 MOSH_KEY=$secret mosh-client $OUTSIDE $port"
	tap_stop
}

session_psql() # a database outside, asked by hand
{
	about psql tls none - "postgresql-15 postgresql-client-15"
	local bin=/usr/lib/postgresql/15/bin
	lab_certificate "/CN=db.example.net"
	mkdir "$LAB/db"
	chown -R postgres "$LAB/db" "$LAB/key.pem"
	chmod 600 "$LAB/key.pem"
	in_b setpriv --reuid postgres --clear-groups $bin/initdb -D "$LAB/db" -U casey -A trust >"$LAB/log/initdb" 2>&1
	echo "hostssl all all 0.0.0.0/0 trust" >>"$LAB/db/pg_hba.conf"
	in_b setpriv --reuid postgres --clear-groups $bin/postgres -D "$LAB/db" -k /tmp -c listen_addresses='*' -c ssl=on \
	    -c ssl_cert_file="$LAB/cert.pem" -c ssl_key_file="$LAB/key.pem" -c max_connections=10 >"$LAB/log/postgres" 2>&1 &
	listening b 5432
	lab_wait 20 in_b $bin/pg_isready -h 127.0.0.1
	in_b $bin/psql -q -h /tmp -U casey postgres <<-'END'
		create table orders as select id, 'c' || (id * 7919 % 97) as customer, (id * 31 % 1000)::numeric as amount,
		    now() - id * interval '3 minutes' as placed, case when id % 9 = 0 then 'late, asked again' else 'as agreed' end as note
		    from generate_series(1, 20000) id;
	END
	tap_start "$out"
	at_prompt psql "$bin/psql 'host=$OUTSIDE user=casey dbname=postgres sslmode=require'"
	tap_stop
}

session_redis() # a cache outside, asked by hand
{
	about redis-cli tls none - "redis-server redis-tools"
	lab_need redis-server redis-cli
	lab_certificate_named
	in_b redis-server --port 0 --tls-port 6380 --tls-cert-file "$LAB/cert.pem" --tls-key-file "$LAB/key.pem" \
	    --tls-ca-cert-file "$LAB/cert.pem" --tls-auth-clients no --save "" --dir "$LAB/home" --protected-mode no \
	    >"$LAB/log/redis" 2>&1 &
	listening b 6380
	{
		seq 1 400 | sed 's/.*/hset user:& name casey&  mail casey&@example.net seen no/'
		seq 1 300 | sed 's/.*/rpush queue job-&/'
	} | in_b redis-cli --tls --cacert "$LAB/cert.pem" -h "$OUTSIDE" -p 6380 >/dev/null
	tap_start "$out"
	at_prompt redis "redis-cli --tls --cacert $LAB/cert.pem -h $OUTSIDE -p 6380"
	tap_stop
}

session_ide() # an editor at home, its language server outside, over SSH: every key is told, lists of words come back
{
	about pylsp ssh none - "python3-pylsp openssh-client openssh-server"
	lab_need pylsp
	ssh_serve
	tap_start "$out"
	in_a "$python" "$here/negative_ide.py" "$seed" "$seconds" \
	    ssh "${ssh_options[@]}" "root@$OUTSIDE" env HOME="$LAB/home" pylsp >"$LAB/log/ide" 2>&1 || true
	tap_stop
}
