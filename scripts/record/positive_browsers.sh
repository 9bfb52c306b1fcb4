# positive_browsers: desktops that are seen in a browser.  Sourced by positives.sh.

# browser MACHINE DISPLAY ADDRESS OPTIONS...: Chromium there, with nothing but the page.
browser()
{
	local m=$1 display=$2 page=$3
	shift 3
	lab_need chromium
	in_"$m" env DISPLAY="$display" HOME="$LAB/home" chromium --no-sandbox --test-type --no-first-run --disable-gpu --disable-dev-shm-usage --disable-sync \
	    --disable-background-networking --disable-component-update --disable-extensions --ignore-certificate-errors \
	    --disable-features=Translate,MediaRouter,WebRtcHideLocalIpsWithMdns --autoplay-policy=no-user-gesture-required \
	    --user-data-dir="$LAB/home/chromium.$m" "$@" --app="$page" >"$LAB/log/chromium.$m" 2>&1 &
}

# far_browser ADDRESS OPTIONS...: the far person's.
far_browser()
{
	local page=$1
	shift
	far_screen
	browser b "$far_display" "$page" --window-position=0,0 --window-size="$((${size%x*} + 20)),$((${size#*x} + 40))" "$@"
}

serve_novnc()
{
	says novnc tls 443 "novnc websockify tigervnc-scraping-server chromium"
	lab_need websockify
	vnc_serve VncAuth
	[ -e "$LAB/cert.pem" ] || lab_certificate "/CN=lt-0417"
	in_a websockify --web /usr/share/novnc --cert "$LAB/cert.pem" --key "$LAB/key.pem" --ssl-only 443 127.0.0.1:5900 \
	    >"$LAB/log/websockify" 2>&1 &
	serving a 443
}

view_novnc()
{
	far_browser "https://$1:$2/vnc.html?autoconnect=1&reconnect=1&password=lab-only&view_clip=0&resize=off"
	far_hands noVNC "$seconds"
}

# An IP-KVM's screen and hands, by far_desk.py: the shape of PiKVM.
serve_pikvm()
{
	says pikvm-like tls 443 "python3-aiohttp ffmpeg chromium"
	laptop_screen
	lab_certificate "/CN=pikvm"
	in_a env DISPLAY="$laptop_display" "$python" "$here/far_desk.py" kvm "$size" "${pikvm_video:-mjpeg}" \
	    "$LAB/cert.pem" "$LAB/key.pem" >"$LAB/log/kvm" 2>&1 &
	serving a 443
}

view_pikvm()
{
	far_browser "https://$1:$2/"
	far_hands KVM "$seconds"
}

# A screen shown by WebRTC from one Chromium to another, which sends its input in a data channel.
serve_webrtc()
{
	says webrtc-share dtls-srtp - "python3-aiohttp chromium"
	laptop_screen
	lab_certificate "/CN=meet.example.net"
	in_a env DISPLAY="$laptop_display" "$python" "$here/far_desk.py" share "$size" "$OUTSIDE" >"$LAB/log/share" 2>&1 &
	in_b "$python" "$here/far_desk.py" meet "$size" "$LAB/cert.pem" "$LAB/key.pem" >"$LAB/log/meet" 2>&1 &
	serving a 8000
	serving b 8443
}

view_webrtc()
{
	far_browser "https://127.0.0.1:8443/"
	lab_wait 60 in_b env DISPLAY="$far_display" xdotool search --onlyvisible --name LOOK
	browser a "$laptop_display" http://127.0.0.1:8000/ --auto-select-desktop-capture-source="Entire screen" \
	    --window-size=300,200 --window-position=$((${size%x*} - 520)),$((${size#*x} - 220))
	lab_wait 60 in_a env DISPLAY="$laptop_display" xdotool search --onlyvisible --name SHARE
	sleep 4
	in_a env DISPLAY="$laptop_display" sh -c 'w=$(xdotool search --onlyvisible --name SHARE | tail -1)
	    xdotool windowactivate --sync $w mousemove --window $w 100 100 click 1'
	lab_wait 30 in_a env DISPLAY="$laptop_display" xdotool search --onlyvisible --name SHARED
	sleep 4
	far_hands LOOK "$seconds"
}
