# negative_browser: a person in Chromium, on the applications of negative_site.py.

negatives+=(web-news web-search web-map web-mail web-text web-text-batch web-chat web-board web-live web-album web-dashboard
    video-dash video-hls)
for name in news search map mail text text-batch chat board live album dashboard; do
	weight[web-$name]=2
done
weight[video-dash]=2

# site_serve MACHINE [PORT]: the applications, behind nginx with TLS and HTTP/2.
site_serve()
{
	local m=$1 port=${2:-443}
	lab_need nginx openssl
	[ -e "$LAB/cert.pem" ] || lab_certificate "/O=Example/CN=*.example.net"
	mkdir -p "$LAB/www" "$LAB/nginx"
	cat >"$LAB/nginx.conf" <<-END
		daemon off; master_process off; pid $LAB/nginx/pid; error_log $LAB/log/nginx; events {}
		http {
			access_log off; client_max_body_size 100m; gzip on; gzip_types application/json text/html;
			types { text/html html; video/mp4 mp4 m4s; }
			client_body_temp_path $LAB/nginx/body; proxy_temp_path $LAB/nginx/proxy;
			fastcgi_temp_path $LAB/nginx/f; uwsgi_temp_path $LAB/nginx/u; scgi_temp_path $LAB/nginx/s;
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
	in_"$m" nginx -c "$LAB/nginx.conf" 2>/dev/null &
	in_"$m" "$python" "$here/negative_site.py" 8081 "$seed" >"$LAB/log/site" 2>&1 &
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
	in_"$m" timeout $((seconds + 60)) "$python" "$here/negative_browser.py" "$app" "$seed" "$seconds" "$url" "$@" \
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

session_web_album() # pictures go out from a form
{
	RANDOM=$seed
	papers "$LAB/home/work"
	web album
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
