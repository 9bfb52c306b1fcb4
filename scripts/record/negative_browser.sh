# negative_browser: a person in Chromium, on the applications of negative_site.py.

negatives+=(web-news web-search web-map web-mail web-text web-text-batch web-chat web-board web-live web-album web-dashboard
    quic-news quic-search quic-album notebook mix video-dash video-hls)
for name in web-{news,search,map,mail,text,text-batch,chat,board,live,album,dashboard} quic-{news,search,album} \
    notebook mix video-dash; do
	weight[$name]=2
done

# site_serve MACHINE [PORT [BEHIND]]: the applications, behind nginx with TLS and HTTP/2.
site_serve()
{
	local m=$1 port=${2:-443}
	lab_need nginx openssl
	[ -e "$LAB/cert.pem" ] || lab_certificate "/O=Example/CN=*.example.net"
	mkdir -p "$LAB/www" "$LAB/nginx.$m"
	cat >"$LAB/nginx.$m.conf" <<-END
		daemon off; master_process off; pid $LAB/nginx.$m/pid; error_log $LAB/log/nginx.$m; events {}
		http {
			access_log off; client_max_body_size 100m; gzip on; gzip_types application/json text/html;
			types { text/html html; video/mp4 mp4 m4s; }
			client_body_temp_path $LAB/nginx.$m/body; proxy_temp_path $LAB/nginx.$m/proxy;
			fastcgi_temp_path $LAB/nginx.$m/f; uwsgi_temp_path $LAB/nginx.$m/u; scgi_temp_path $LAB/nginx.$m/s;
			server {
				listen $port ssl http2; ssl_certificate $LAB/cert.pem; ssl_certificate_key $LAB/key.pem;
				proxy_http_version 1.1; proxy_read_timeout 1h;
				location /film/ { root $LAB/www; limit_rate 200k; }
				location /socket/ {
					proxy_pass http://127.0.0.1:8081; proxy_set_header Upgrade \$http_upgrade; proxy_set_header Connection upgrade;
				}
				location / { proxy_pass http://127.0.0.1:8081; proxy_buffering off; limit_rate 250k; }
			}
		}
	END
	in_"$m" nginx -c "$LAB/nginx.$m.conf" 2>/dev/null &
	in_"$m" "$python" "$here/negative_site.py" 8081 "$seed" ${3:-} >"$LAB/log/site.$m" 2>&1 &
	listening "$m" "$port"
	listening "$m" 8081
}

# chromium_start MACHINE SITE-ADDRESS OPTIONS...: headless unless the options say other; DevTools on 9222.
chromium_start()
{
	local m=$1 site=$2
	shift 2
	in_"$m" env HOME="$LAB/home" chromium --no-sandbox --no-first-run --disable-gpu --disable-dev-shm-usage \
	    --disable-background-networking --disable-component-update --disable-sync --mute-audio --disable-extensions \
	    --ignore-certificate-errors --host-resolver-rules="MAP *.example.net $site" \
	    --disable-features=WebRtcHideLocalIpsWithMdns,Translate,MediaRouter --autoplay-policy=no-user-gesture-required \
	    --user-data-dir="$LAB/home/chromium.$m" --window-size=800,600 --remote-debugging-port=9222 \
	    "$@" about:blank >"$LAB/log/chromium.$m" 2>&1 &
	lab_wait 90 in_"$m" curl -s http://127.0.0.1:9222/json
}

# surf MACHINE APP URL OPTIONS...: the person there, for the whole session.
surf()
{
	local m=$1 app=$2 url=$3
	shift 3
	in_"$m" timeout $((seconds + 90)) "$python" "$here/negative_browser.py" "$app" "$seed" "$seconds" "$url" "$@" \
	    >"$LAB/log/surf.$m" 2>&1 || lab_fail "the person in the browser: $(tail -1 "$LAB/log/surf.$m")"
}

# web APP [QUERY]: one application at work.
web()
{
	about chromium https none - "chromium nginx-light python3-aiohttp"
	site_serve b
	chromium_start a "$OUTSIDE" --headless=new
	tap_start "$out"
	if [ "$1" = news ]; then
		surf a news https://news.example.net/
	else
		surf a "$1" "https://$1.example.net/app/$1${2:-}" --files "$LAB/home/work"
	fi
	tap_stop
}

session_web_news() { web news; }         # pages with pictures, followed and scrolled
session_web_search() { web search; }     # each key asks for suggestions: small out, some kB back
session_web_map() { web map; }           # dragging brings pictures
session_web_mail() { web mail; }         # letters read; a draft saved while it is written
session_web_text() { web text; }         # a text that two write: every key is told at once, over wss
session_web_text_batch() { web text '?batch'; } # the same, gathered for half a second and posted
session_web_chat() { web chat; }         # typing is told, messages come and go
session_web_board() { web board; }       # two pointers on one whiteboard
session_web_live() { web live; }         # the server draws a part of the page at each key and click
session_web_dashboard() { web dashboard; } # figures fetched every two seconds, a stream beside

session_mix() # a chat, while a folder is copied outside and two sensors talk
{
	about chromium+rsync+mqtt mixed none - "chromium nginx-light python3-aiohttp rsync openssh-client openssh-server mosquitto mosquitto-clients"
	local beat
	broker_start
	site_serve b
	ssh_serve b
	work_begin
	papers "$LAB/home/work"
	chromium_start a "$OUTSIDE" --headless=new
	tap_start "$out"
	for beat in 3 7; do
		readings $beat | in_a mosquitto_pub "${broker[@]}" -k 10 -q 1 -t "room/$beat" -l >"$LAB/log/sensor.$beat" 2>&1 &
	done
	while working; do
		in_a rsync -a --bwlimit=40 -e "ssh ${ssh_options[*]}" "$LAB/home/work/" "root@$OUTSIDE:$LAB/copy/" || true
		rest 3 25
		papers_change "$LAB/home/work"
	done >>"$LAB/log/rsync" 2>&1 &
	surf a chat https://chat.example.net/app/chat
	tap_stop
}

session_web_album() # pictures go out from a form
{
	RANDOM=$seed
	papers "$LAB/home/work"
	web album
}

# quic APP: one of the same over HTTP/3.
quic()
{
	local page=/app/$1 key
	about chromium quic none - "chromium caddy python3-aiohttp"
	lab_need caddy
	[ "$1" != news ] || page=/
	lab_certificate "/O=Example/CN=*.example.net"
	key=$(openssl x509 -in "$LAB/cert.pem" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)
	cat >"$LAB/Caddyfile" <<-END
		{
			auto_https off
			admin off
		}
		https://$1.example.net:443 {
			tls $LAB/cert.pem $LAB/key.pem
			encode gzip
			reverse_proxy 127.0.0.1:8081
		}
	END
	in_b env HOME="$LAB/home" caddy run --adapter caddyfile --config "$LAB/Caddyfile" >"$LAB/log/caddy" 2>&1 &
	in_b "$python" "$here/negative_site.py" 8081 "$seed" >"$LAB/log/site" 2>&1 &
	listening b 443 u
	listening b 8081
	chromium_start a "$OUTSIDE" --headless=new --origin-to-force-quic-on="$1.example.net:443" \
	    --ignore-certificate-errors-spki-list="$key"
	tap_start "$out"
	surf a "$1" "https://$1.example.net$page" --files "$LAB/home/work"
	tap_stop
}

session_quic_news() { quic news; }
session_quic_search() { quic search; }

session_quic_album()
{
	RANDOM=$seed
	papers "$LAB/home/work"
	quic album
}

session_notebook() # a notebook whose kernel is outside: cells typed and run, results come back over wss
{
	about jupyter https none - "chromium jupyter-notebook"
	lab_need jupyter
	lab_certificate "/CN=notebook.example.net"
	mkdir -p "$LAB/notes"
	echo '{"cells": [], "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}, "nbformat": 4, "nbformat_minor": 4}' \
	    >"$LAB/notes/work.ipynb"
	in_b env HOME="$LAB/home" JUPYTER_RUNTIME_DIR="$LAB/notes/.run" /usr/bin/jupyter notebook --allow-root --no-browser --ip=0.0.0.0 --port=443 \
	    --certfile="$LAB/cert.pem" --keyfile="$LAB/key.pem" --NotebookApp.token= --NotebookApp.password= \
	    --notebook-dir="$LAB/notes" >"$LAB/log/jupyter" 2>&1 &
	listening b 443
	chromium_start a "$OUTSIDE" --headless=new
	tap_start "$out"
	surf a notebook https://notebook.example.net/notebooks/work.ipynb
	tap_stop
}

# film_make: pieces of two seconds in $LAB/www/film.
film_make()
{
	lab_need ffmpeg
	mkdir -p "$LAB/www/film"
	(cd "$LAB/www/film" && nice ffmpeg -v error -f lavfi -i "testsrc2=size=320x180:rate=15" -t $((seconds + 40)) -c:v libx264 \
	    -profile:v baseline -level 3.0 -pix_fmt yuv420p -preset ultrafast -b:v $((150 + seed % 3 * 80))k -maxrate 400k \
	    -bufsize 300k -g 30 "$@") >"$LAB/log/ffmpeg" 2>&1
}

session_video_dash() # a film in a browser, in pieces; how far it got is told every ten seconds
{
	film_make -seg_duration 2 -frag_type none -use_template 1 -init_seg_name init.mp4 -media_seg_name 'part-$Number%05d$.m4s' \
	    -f dash film.mpd
	web film
}

session_video_hls() # a film in a player that reads playlists
{
	about ffmpeg https none - "ffmpeg nginx-light"
	film_make -hls_time 2 -hls_list_size 0 film.m3u8
	site_serve b
	tap_start "$out"
	in_a timeout "$seconds" ffmpeg -v error -re -tls_verify 0 -i "https://$OUTSIDE/film/film.m3u8" -f null - \
	    >"$LAB/log/player" 2>&1 || true
	tap_stop
}
