# negative_things: machines that talk by themselves, and the few that people poke.

negatives+=(doh mqtt lights camera-rtmp camera-srt camera-rtsp logs screenshots game)
weight[game]=2

session_doh() # names asked over one HTTPS connection, in bursts, as pages are visited
{
	about dnss https none - "dnss dnsmasq-base"
	lab_need dnss dnsmasq
	lab_certificate_named
	in_b dnsmasq --no-daemon --conf-file=/dev/null --no-resolv --no-hosts --user=root --pid-file= --listen-address=127.0.0.1 \
	    --address=/example/203.0.113.80 --address=/test/203.0.113.81 2>"$LAB/log/dnsmasq" &
	listening b 53 u
	in_b dnss --enable_https_to_dns --https_server_addr=0.0.0.0:443 --https_cert="$LAB/cert.pem" --https_key="$LAB/key.pem" \
	    --dns_upstream=127.0.0.1:53 >"$LAB/log/dnss.b" 2>&1 &
	listening b 443
	tap_start "$out"
	in_a env SSL_CERT_FILE="$LAB/cert.pem" dnss --enable_dns_to_https --dns_listen_addr=127.0.0.1:53 \
	    --https_upstream="https://$OUTSIDE/dns-query" --enable_cache=false >"$LAB/log/dnss.a" 2>&1 &
	listening a 53 u
	in_a "$python" "$here/negative_names.py" "$seed" "$seconds" >"$LAB/log/names" 2>&1
	tap_stop
}

# broker_start: mosquitto on machine b, TLS.
broker_start()
{
	lab_need mosquitto mosquitto_pub mosquitto_sub
	lab_certificate_named
	printf 'listener 8883\ncertfile %s\nkeyfile %s\nallow_anonymous true\nuser root\n' "$LAB/cert.pem" "$LAB/key.pem" \
	    >"$LAB/mosquitto.conf"
	in_b mosquitto -c "$LAB/mosquitto.conf" >"$LAB/log/mosquitto" 2>&1 &
	listening b 8883
	broker=(--cafile "$LAB/cert.pem" -h "$OUTSIDE" -p 8883)
}

# readings SECONDS: lines of a sensor, so far apart.
readings()
{
	local n=0
	while working; do
		n=$((n + 1))
		echo "{\"n\": $n, \"degrees\": $((RANDOM % 400 / 10)).$((RANDOM % 10)), \"volts\": 3.$((RANDOM % 100))}"
		sleep "$1"
	done
}

session_mqtt() # three sensors, each with its own connection and beat
{
	about mosquitto mqtts none - "mosquitto mosquitto-clients"
	local beat
	broker_start
	work_begin
	tap_start "$out"
	for beat in 3 7 $((2 + seed)); do
		readings $beat | in_a mosquitto_pub "${broker[@]}" -k 10 -q 1 -t "room/$beat" -l >"$LAB/log/sensor.$beat" 2>&1 &
	done
	in_a timeout "$seconds" mosquitto_sub "${broker[@]}" -k 15 -t 'house/#' >"$LAB/log/sub" 2>&1 &
	sleep "$seconds"
	tap_stop
}

session_lights() # someone outside presses switches of a house; the house tells its state: hands, but no screen
{
	about mosquitto mqtts none - "mosquitto mosquitto-clients"
	broker_start
	work_begin
	tap_start "$out"
	in_a timeout "$seconds" mosquitto_sub "${broker[@]}" -k 15 -t 'switch/#' | while read -r pressed; do
		echo "{\"state\": \"$pressed\", \"lights\": [0, 1, 1, 0, $RANDOM], \"watts\": $RANDOM}"
	done | in_a mosquitto_pub "${broker[@]}" -t state -l >"$LAB/log/house" 2>&1 &
	in_b timeout "$seconds" mosquitto_sub "${broker[@]}" -t state >/dev/null 2>&1 &
	while working; do
		for _ in $(seq 1 $((1 + RANDOM % 6))); do
			in_b mosquitto_pub "${broker[@]}" -t switch/hall -m "$((RANDOM % 2))"
			sleep 0.$((2 + RANDOM % 7))
		done
		rest 1 15
	done
	tap_stop
}

# camera OUTPUT...: a camera inside sends what it sees for the whole session.
camera()
{
	in_a timeout $((seconds + 5)) ffmpeg -v error -re -f lavfi -i "testsrc2=size=480x270:rate=12" -f lavfi -i "anoisesrc=a=0.05:r=16000" \
	    -vf "noise=alls=8:allf=t" -t "$seconds" -c:v libx264 -preset ultrafast -tune zerolatency -g 48 \
	    -b:v $((200 + seed % 3 * 60))k -maxrate 350k -bufsize 300k -c:a aac -b:a 24k "$@" >"$LAB/log/camera" 2>&1 || true
}

session_camera_rtmp()
{
	about ffmpeg rtmp none - "ffmpeg libnginx-mod-rtmp"
	lab_need ffmpeg nginx
	cat >"$LAB/nginx.conf" <<-END
		load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
		daemon off; master_process off; pid $LAB/nginx.pid; error_log $LAB/log/nginx; events {}
		rtmp { access_log off; server { listen 1935; application live { live on; } } }
	END
	in_b nginx -c "$LAB/nginx.conf" 2>/dev/null &
	listening b 1935
	tap_start "$out"
	camera -f flv "rtmp://$OUTSIDE/live/door"
	tap_stop
}

session_camera_srt() # UDP with acknowledgements of its own, ten a second and more
{
	about ffmpeg srt none - "ffmpeg"
	lab_need ffmpeg
	in_b ffmpeg -v error -i "srt://0.0.0.0:9000?mode=listener" -f null - >"$LAB/log/recorder" 2>&1 &
	listening b 9000 u
	tap_start "$out"
	camera -f mpegts "srt://$OUTSIDE:9000?pkt_size=1316"
	tap_stop
}

session_camera_rtsp() # RTP and RTCP inside one TCP connection
{
	about ffmpeg rtsp none - "ffmpeg"
	lab_need ffmpeg
	in_b ffmpeg -v error -rtsp_flags listen -i "rtsp://0.0.0.0:8554/door" -f null - >"$LAB/log/recorder" 2>&1 &
	listening b 8554
	tap_start "$out"
	camera -rtsp_transport tcp -f rtsp "rtsp://$OUTSIDE:8554/door"
	tap_stop
}

session_logs() { logs_shipped log_typed; } # a log is shipped line by line, each is acknowledged; lines come as someone works

# The keys that someone types stand for what a program has to log: a line each.
log_typed()
{
	"$python" "$here/person.py" terminal "$seed" "$seconds" | while IFS= read -r -n1 letter; do
		printf '%(%s)T editor changed buffer %s "%s" at %s\n' -1 "$RANDOM" "$letter" "$RANDOM"
		[ $((RANDOM % 12)) -gt 0 ] || head -c $((300 + RANDOM % 6000)) /dev/urandom | base64 -w 900
	done
}

# logs_shipped LINES: what the function LINES prints, by RELP.
logs_shipped()
{
	about rsyslog relp-tls none - "rsyslog rsyslog-relp"
	lab_need rsyslogd
	lab_certificate_named
	cat >"$LAB/rsyslog.b" <<-END
		module(load="imrelp")
		input(type="imrelp" port="2514" tls="on" tls.mycert="$LAB/cert.pem" tls.myprivkey="$LAB/key.pem" tls.cacert="$LAB/cert.pem" tls.authmode="certvalid")
		action(type="omfile" file="$LAB/log/collected")
	END
	cat >"$LAB/rsyslog.a" <<-END
		module(load="imuxsock" SysSock.Use="off") module(load="omrelp")
		input(type="imuxsock" Socket="/run/work.log")
		action(type="omrelp" target="$OUTSIDE" port="2514" tls="on" tls.mycert="$LAB/cert.pem" tls.myprivkey="$LAB/key.pem" tls.cacert="$LAB/cert.pem" tls.authmode="certvalid")
	END
	in_b rsyslogd -n -f "$LAB/rsyslog.b" -i "$LAB/rsyslog.b.pid" >"$LAB/log/rsyslog.b.out" 2>&1 &
	listening b 2514
	work_begin
	tap_start "$out"
	in_a rsyslogd -n -f "$LAB/rsyslog.a" -i "$LAB/rsyslog.a.pid" >"$LAB/log/rsyslog.a.out" 2>&1 &
	lab_wait 10 in_a test -S /run/work.log
	"$1" | in_a logger -u /run/work.log -t editor --socket-errors=off
	tap_stop
}

session_screenshots() # a time tracker: every few seconds a picture of the screen and counts go out, while the user works
{
	about tracker https none - "nginx-light curl imagemagick xvfb xdotool"
	web_serve
	meet_screen a
	tap_start "$out"
	in_a env DISPLAY="$display" "$python" "$here/negative_tracker.py" "$seed" "$seconds" "$OUTSIDE" >"$LAB/log/tracker" 2>&1
	tap_stop
}

session_game() # two play: small datagrams at a constant rate both ways
{
	about chocolate-doom udp none - "chocolate-doom freedoom xvfb xdotool"
	local m doom=/usr/games/chocolate-doom wad=/usr/share/games/doom/freedoom1.wad
	lab_need "$doom" xdotool
	in_b /usr/games/chocolate-server -privateserver -port 2342 >"$LAB/log/game" 2>&1 &
	listening b 2342 u
	tap_start "$out"
	for m in b a; do
		mkdir -p "$LAB/home/$m"
		screen_start "$m" 640x480
		in_"$m" env DISPLAY="$display" HOME="$LAB/home/$m" SDL_VIDEODRIVER=x11 SDL_RENDER_DRIVER=software SDL_AUDIODRIVER=dummy \
		    "$doom" -iwad "$wad" -nosound -nograb -window -geometry 320x240 -skill 1 -warp 1 1 -deathmatch -nodes 2 -connect "$OUTSIDE" \
		    >"$LAB/log/doom.$m" 2>&1 &
	done
	lab_wait 60 in_a env DISPLAY="$display" xdotool search --onlyvisible --class chocolate-doom
	sleep 8
	in_a env DISPLAY="$display" xdotool search --onlyvisible --class chocolate-doom windowfocus
	work_begin
	while working; do
		m=(Up Left Right Up space Control_L)
		m=${m[RANDOM % 6]}
		in_a env DISPLAY="$display" xdotool keydown "$m" sleep 0.$((1 + RANDOM % 8)) keyup "$m"
		[ $((RANDOM % 6)) -gt 0 ] || sleep 0.$((RANDOM % 9))
	done
	tap_stop
}
