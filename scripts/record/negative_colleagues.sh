# negative_colleagues: a person and colleagues, both typing: a text that several write, a chat that tells who is writing.

negatives+=(pad pad-served chat-xmpp)
weight[pad]=4 weight[pad-served]=3

# pad_serve MACHINE: Etherpad there, with TLS.
# npm install --prefix /var/tmp/farhand-npm/etherpad ep_etherpad-lite@1.8.14
pad_serve()
{
	local m=$1 etherpad=${FARHAND_NPM:-/var/tmp/farhand-npm}/etherpad/node_modules
	[ -d "$etherpad/ep_etherpad-lite" ] || lab_fail "no Etherpad in $etherpad (see scripts/record/README.md)"
	lab_certificate "/CN=pad.example.net"
	mkdir -p "$LAB/pad/node_modules" # it wants its program in a folder of this name, and writes beside it
	cp -r "$etherpad/ep_etherpad-lite" "$LAB/pad/src"
	mkdir -p "$LAB/pad/src/node_modules"
	find "$etherpad" -mindepth 1 -maxdepth 1 ! -name ep_etherpad-lite -exec ln -s -t "$LAB/pad/src/node_modules" {} +
	ln -s ../src "$LAB/pad/node_modules/ep_etherpad-lite"
	cat >"$LAB/pad/settings.json" <<-END
		{"title": "pad", "ip": "0.0.0.0", "port": 443, "ssl": {"key": "$LAB/key.pem", "cert": "$LAB/cert.pem"}, "skinName": "colibris",
		 "dbType": "dirty", "dbSettings": {"filename": "$LAB/pad/pads.db"}, "minify": true, "loglevel": "WARN",
		 "defaultPadText": "Notes of the meeting.\n\nDecided.\n\nTo do.\n\nAsked.\n\n"}
	END
	in_"$m" env NODE_ENV=production HOME="$LAB/home" node "$LAB/pad/src/node/server.js" -s "$LAB/pad/settings.json" >"$LAB/log/pad" 2>&1 &
	lab_wait 180 in_"$m" curl -skf -o /dev/null https://127.0.0.1/p/work
}

# pad_other SITE-ADDRESS: someone outside in the same text.
pad_other()
{
	chromium_start b "$1" --headless=new
	in_b timeout $((seconds + 90)) "$python" "$here/negative_browser.py" pad $((seed + 100)) "$seconds" https://pad.example.net/p/work \
	    >"$LAB/log/surf.b" 2>&1 &
}

session_pad() # a text on a server outside, written by the laptop's user and by another
{
	about etherpad https none - "npm:ep_etherpad-lite@1.8.14 chromium"
	pad_serve b
	chromium_start a "$OUTSIDE" --headless=new
	pad_other 127.0.0.1
	tap_start "$out"
	surf a pad https://pad.example.net/p/work
	tap_stop
}

session_pad_served() # the text lies on the laptop; one outside writes, and its user
{
	about etherpad https none - "npm:ep_etherpad-lite@1.8.14 chromium"
	pad_serve a
	chromium_start a 127.0.0.1 --headless=new
	tap_start "$out"
	pad_other "$INSIDE"
	surf a pad https://pad.example.net/p/work
	tap_stop
}

# chat_end MACHINE NAME OTHER SEED: NAME types to OTHER, in a client that tells when it writes.
chat_end()
{
	local m=$1 folder=$LAB/home/$2
	mkdir -p -m 700 "$folder"
	cat >"$folder/mcabberrc" <<-END
		set jid = $2@example.net
		set password = lab-only
		set server = $OUTSIDE
		set port = 5223
		set tls = 0
		set ssl = 1
		set ssl_ignore_checks = 1
		set disable_chatstates = 0
		set logging = 0
		set pinginterval = 60
	END
	chmod 600 "$folder/mcabberrc"
	"$python" "$here/negative_prompt.py" chat "$4" "$seconds" "/roster search $3" |
	    in_"$m" env TERM=xterm HOME="$folder" LC_ALL=C.UTF-8 timeout -k 2 $((seconds + 8)) \
	    script -qfec "stty rows 40 cols 120; exec mcabber -f $folder/mcabberrc" /dev/null >"$LAB/log/chat.$2" 2>&1 || true
}

session_chat_xmpp() # two write to each other: each is told that the other writes, has paused, has gone
{
	about mcabber xmpps none - "prosody mcabber"
	lab_need prosody prosodyctl mcabber script
	lab_certificate_named
	mkdir "$LAB/prosody"
	printf '[team]\ncasey@example.net=casey\nrobin@example.net=robin\n' >"$LAB/prosody/groups"
	cat >"$LAB/prosody/prosody.cfg.lua" <<-END
		run_as_root = true
		daemonize = false
		pidfile = "$LAB/prosody/pid"
		data_path = "$LAB/prosody"
		modules_enabled = { "roster", "saslauth", "tls", "disco", "ping", "groups", "private", "offline", "presence", "message", "iq" }
		modules_disabled = { "s2s" }
		groups_file = "$LAB/prosody/groups"
		authentication = "internal_plain"
		c2s_direct_tls_ports = { 5223 }
		c2s_ports = { }
		legacy_ssl_ports = { 5223 }
		c2s_direct_tls_ssl = { key = "$LAB/key.pem", certificate = "$LAB/cert.pem" }
		ssl = { key = "$LAB/key.pem", certificate = "$LAB/cert.pem" }
		log = { info = "$LAB/log/prosody" }
		VirtualHost "example.net"
	END
	for name in casey robin; do
		in_b prosodyctl --config "$LAB/prosody/prosody.cfg.lua" --root register "$name" example.net lab-only >"$LAB/log/register" 2>&1
	done
	in_b prosody --config "$LAB/prosody/prosody.cfg.lua" --root -F >"$LAB/log/prosody.out" 2>&1 &
	listening b 5223
	tap_start "$out"
	chat_end b robin casey $((seed + 100)) &
	chat_end a casey robin "$seed"
	tap_stop
}
