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

# What PiKVM shows its H.264 by: Janus itself, with its streaming plugin.  Pictures in SRTP, hands in a WebSocket.
serve_janus()
{
	local etc=$LAB/janus
	says janus dtls-srtp 443 "janus python3-aiohttp ffmpeg chromium"
	lab_need janus
	laptop_screen
	lab_certificate "/CN=pikvm"
	mkdir -p "$etc"/{plugins,transports,loggers} # no others: one of them brings it down now and then
	ln -s /usr/lib/*/janus/plugins/libjanus_streaming.so "$etc/plugins"
	ln -s /usr/lib/*/janus/transports/libjanus_websockets.so "$etc/transports"
	printf 'general: { configs_folder = "%s", plugins_folder = "%s", transports_folder = "%s", loggers_folder = "%s" }\n' \
	    "$etc" "$etc/plugins" "$etc/transports" "$etc/loggers" >"$etc/janus.jcfg"
	printf 'general: { ws = true, ws_port = 8188, ws_ip = "127.0.0.1" }\n' >"$etc/janus.transport.websockets.jcfg"
	cat >"$etc/janus.plugin.streaming.jcfg" <<-END
		screen: { type = "rtp", id = 1, media = (
		  { type = "video", mid = "v", port = 5004, pt = 96, codec = "h264", fmtp = "profile-level-id=42e01f;packetization-mode=1" }) }
	END
	in_a janus -F "$etc" -o >"$LAB/log/janus" 2>&1 &
	serving a 8188
	in_a env DISPLAY="$laptop_display" "$python" "$here/far_desk.py" kvm "$size" janus "$LAB/cert.pem" "$LAB/key.pem" \
	    >"$LAB/log/kvm" 2>&1 &
	serving a 443
}

view_janus() { view_pikvm "$@"; }

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
	sleep 2
	# A click on its "Stop sharing" would end it all.
	in_a env DISPLAY="$laptop_display" xdotool search --onlyvisible --name "sharing your screen" windowunmap || true
	sleep 2
	far_hands LOOK "$seconds"
}

# MeshCentral outside, its agent on the laptop, both as their makers give them; the far person at the server's own.
# npm install --prefix /var/tmp/farhand-npm meshcentral@1.1.55
mesh=${FARHAND_NPM:-/var/tmp/farhand-npm}/node_modules/meshcentral

# mesh_do ARGUMENTS...: the server's program on machine b.
mesh_do()
{
	in_b env HOME="$LAB/mesh" NODE_ENV=production node "$mesh" --datapath "$LAB/mesh" --filespath "$LAB/mesh/files" "$@"
}

mesh_control()
{
	in_b node "$mesh/meshctrl.js" "$@" --url wss://127.0.0.1:443 --loginuser admin --loginpass lab-only-1
}

mesh_start()
{
	mkdir -p "$LAB/mesh"
	cat >"$LAB/mesh/config.json" <<-END
		{"settings": {"cert": "mesh.example.net", "WANonly": true, "port": 443, "redirPort": 0, "allowLoginToken": true,
		  "selfUpdate": false, "webRTC": false, "autoBackup": false, "mpsPort": 0, "agentTimeStampServer": false},
		 "domains": {"": {"title": "lab", "newAccounts": false}}}
	END
	mesh_do --createaccount admin --pass lab-only-1 --email lab@example.net
	mesh_do --adminaccount admin
	mesh_do &
	lab_wait 300 in_b sh -c 'ss -ltn | grep -q ":443 "' # it makes its keys, slowly
	sleep 3
	mesh_control adddevicegroup --name lab
	mesh_id=$(mesh_control listdevicegroups --json | jq -r '.[0]._id' | sed 's/^mesh..//')
	in_b curl -sk "https://127.0.0.1/meshsettings?id=$mesh_id" |
	    sed "s|^MeshServer=.*|MeshServer=wss://$OUTSIDE:443/agent.ashx|" >"$LAB/agent/meshagent.msh"
}

serve_meshcentral()
{
	says meshcentral tls - "npm:meshcentral@1.1.55 chromium"
	lab_need node curl
	[ -d "$mesh" ] || lab_fail "no MeshCentral in $mesh (see scripts/record/README.md)"
	laptop_screen
	mkdir -p "$LAB/agent"
	cp "$mesh/agents/meshagent_x86-64" "$LAB/agent/meshagent"
	chmod 755 "$LAB/agent/meshagent"
	mesh_start >"$LAB/log/mesh" 2>&1
}

# mesh_view MODE EXPRESSION: a view of the laptop in the server's pages, and what connects it.
mesh_view()
{
	local node token
	in_a env DISPLAY="$laptop_display" HOME="$LAB/home" sh -c "cd $LAB/agent && exec ./meshagent connect" >"$LAB/log/agent" 2>&1 &
	lab_wait 10 eval 'mesh_control listdevices --json | jq -e ".[0].conn == 1"'
	node=$(mesh_control listdevices --json | jq -r '.[0]._id' | sed 's/^node..//')
	token=$(mesh_do --logintoken user//admin | tail -1)
	far_browser "https://127.0.0.1/?login=$token&node=$node&viewmode=$1&hide=15" --remote-debugging-port=9222 \
	    --remote-allow-origins='*'
	lab_wait 60 in_b env DISPLAY="$far_display" xdotool search --onlyvisible --name lab
	sleep 8
	in_b "$python" "$here/devtools.py" "$2" >"$LAB/log/devtools" 2>&1
	sleep 5
}

view_meshcentral()
{
	mesh_view 11 'connectDesktop(null, 1)'
	# The screen is drawn smaller, in the middle of other things.
	origin=106,58 size=$((${size%x*} * 9 / 10))x$((${size#*x} * 9 / 10))
	far_hands lab "$seconds"
}
