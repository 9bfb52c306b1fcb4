# desk: screens, hands and remote desktops for the lab.  Sourced after lab.sh.
#
# The far person's screen is Xvfb on machine b with a window manager (the
# viewers take no keys without one); xdotool plays seeded hands on it.  The
# laptop's screen is Xvfb, or xrdp's own X server, on machine a.

LAPTOP_USER=casey
LAPTOP_PASSWORD=lab-only

# What the far person sees: its size; what moves on it beside the work: log, clock, top or video.
size=800x600 scene=log

# An account that exists only in machine a's view of /etc.
laptop_account()
{
	local f hash
	hash=$(openssl passwd -6 -salt farhand "$LAPTOP_PASSWORD")
	for f in passwd shadow group; do
		cat /etc/$f >"$LAB/$f"
	done
	echo "$LAPTOP_USER:x:23171:23171::$LAB/home:/bin/bash" >>"$LAB/passwd"
	echo "$LAPTOP_USER:x:23171:" >>"$LAB/group"
	echo "$LAPTOP_USER:$hash:19000::::::" >>"$LAB/shadow"
	for f in passwd shadow group; do
		in_a mount --bind "$LAB/$f" /etc/$f
	done
	chown 23171:23171 "$LAB/home"
}

# The window beside the work, a shell command.
scene_command()
{
	case $scene in
	log) echo 'xterm -geometry 100x12+20+460 -e sh -c '\''i=0; while sleep 4; do i=$((i+1)); echo "job $i done"; done'\' ;;
	clock) echo 'xclock -geometry 160x160-20-20 -update 1' ;;
	top) echo 'xterm -geometry 90x12-10-10 -e top -d 3' ;;
	video) echo "ffplay -v error -noborder -x 240 -y 160 -left $((${size%x*} - 250)) -top $((${size#*x} - 170)) -f lavfi -i testsrc2=size=240x160:rate=8" ;;
	esac
}

# What the laptop shows, and lets its user type into.
laptop_session()
{
	# No buttons and one desktop: a stray click or turn of the wheel must not take the work away.
	sed 's|<titleLayout>.*</titleLayout>|<titleLayout>NL</titleLayout>|; s|<number>[0-9]*</number>|<number>1</number>|' \
	    /etc/xdg/openbox/rc.xml >"$LAB/openbox.xml"
	cat >"$LAB/session" <<-END
		#!/bin/sh
		cd "$LAB/home"
		openbox --config-file "$LAB/openbox.xml" &
		xsetroot -solid gray30 2>/dev/null
		$(scene_command) >/dev/null 2>&1 &
		# Whoever closes it gets another.
		while xterm -geometry 110x32+10+10 -e env -i PS1='\$ ' PATH=/usr/bin:/bin TERM=xterm HOME=/ bash --norc; do :; done
	END
	chmod 755 "$LAB/session"
}

# screen_start MACHINE SIZE: an X server there; sets display.
screen_start()
{
	local m=$1 fifo="$LAB/display.$1"
	mkfifo "$fifo"
	in_"$m" Xvfb -displayfd 3 -screen 0 "${2}x24" -noreset -nolisten tcp 3<>"$fifo" 2>"$LAB/log/xvfb.$m" &
	read -r -t 60 display <"$fifo" || lab_fail "Xvfb did not start"
	display=:$display
}

# The laptop's own screen, for programs that share it.  Sets laptop_display.
laptop_screen()
{
	laptop_session
	screen_start a "$size"
	laptop_display=$display
	in_a env DISPLAY="$laptop_display" "$LAB/session" >"$LAB/log/session" 2>&1 &
	lab_wait 90 in_a env DISPLAY="$laptop_display" xdotool search --class xterm
}

# The far person's screen, with room for a viewer's frame.  Sets far_display.
far_screen()
{
	screen_start b "$((${size%x*} + 40))x$((${size#*x} + 60))"
	far_display=$display
	in_b env DISPLAY="$far_display" HOME="$LAB/home" openbox >"$LAB/log/openbox" 2>&1 &
	# A viewer that comes before the window manager may stay without a window.
	lab_wait 60 in_b env DISPLAY="$far_display" xdotool get_desktop
}

# far_plays: what is written in $LAB/hands happens; then a picture, where one is wanted.
far_plays()
{
	in_b env DISPLAY="$far_display" xdotool "$LAB/hands" >"$LAB/log/hands" 2>&1
	sleep 1
	[ -n "$screen" ] || return 0
	in_b import -window root -display "$far_display" "$LAB/screen.png"
	cp "$LAB/screen.png" "$screen"
}

# far_hands TITLE SECONDS: find the viewer's window, then type and point in it.
far_hands()
{
	local title=$1 window
	lab_wait 120 in_b env DISPLAY="$far_display" xdotool search --onlyvisible --name "$title"
	window=$(in_b env DISPLAY="$far_display" xdotool search --onlyvisible --name "$title" | tail -1)
	sleep 2
	in_b env DISPLAY="$far_display" xdotool windowactivate --sync "$window" mousemove --window "$window" 200 150 click 1
	python3 "$here/person.py" screen "${person:-$seed}" "$2" "$window" --size "$size" --home "${home:-200,150}" \
	    --origin "${origin:-0,0}" >"$LAB/hands"
	far_plays
}

lab_certificate()
{
	openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "$1" \
	    -keyout "$LAB/key.pem" -out "$LAB/cert.pem" 2>/dev/null
}

# xrdp on machine a.  Everything it writes stays in the lab.
rdp_serve()
{
	lab_need xrdp xrdp-sesman xfreerdp Xvfb xdotool openbox xterm import
	laptop_account
	laptop_session
	lab_certificate "/CN=lt-0417"
	chmod 644 "$LAB/key.pem"
	cat >"$LAB/xrdp.ini" <<-END
		[Globals]
		ini_version=1
		port=${rdp_port:-3389}
		security_layer=tls
		crypt_level=high
		certificate=$LAB/cert.pem
		key_file=$LAB/key.pem
		ssl_protocols=TLSv1.2, TLSv1.3
		autorun=Xorg
		allow_channels=true
		allow_multimon=true
		max_bpp=32
		bitmap_cache=true
		bitmap_compression=true
		[Channels]
		rdpdr=true
		rdpsnd=true
		drdynvc=true
		cliprdr=true
		rail=true
		xrdpvr=true
		[Logging]
		LogFile=$LAB/log/xrdp.log
		LogLevel=INFO
		EnableSyslog=false
		[Xorg]
		name=Xorg
		lib=libxup.so
		username=ask
		password=ask
		ip=127.0.0.1
		port=-1
		code=20
	END
	cat >"$LAB/sesman.ini" <<-END
		[Globals]
		ListenAddress=127.0.0.1
		ListenPort=3350
		EnableUserWindowManager=false
		DefaultWindowManager=$LAB/session
		[Security]
		AllowRootLogin=false
		MaxLoginRetry=4
		[Sessions]
		X11DisplayOffset=10
		MaxSessions=4
		KillDisconnected=true
		Policy=Default
		[Logging]
		LogFile=$LAB/log/sesman.log
		LogLevel=INFO
		EnableSyslog=false
		[Xorg]
		param=/usr/lib/xorg/Xorg
		param=-config
		param=xrdp/xorg.conf
		param=-noreset
		param=-nolisten
		param=tcp
		param=-logfile
		param=$LAB/home/xorg.log
	END
	in_a xrdp-sesman --nodaemon --config "$LAB/sesman.ini" >"$LAB/log/sesman" 2>&1 &
	in_a xrdp --nodaemon --config "$LAB/xrdp.ini" >"$LAB/log/xrdp" 2>&1 &
	lab_wait 60 in_a sh -c 'ss -ltn | grep -q :'"${rdp_port:-3389}"
	lab_wait 60 in_a sh -c 'ss -ltn | grep -q :3350'
}

# rdp_view ADDRESS:PORT SECONDS
rdp_view()
{
	far_screen
	in_b env DISPLAY="$far_display" HOME="$LAB/home" xfreerdp /v:"$1" /u:$LAPTOP_USER \
	    /p:$LAPTOP_PASSWORD /size:"$size" /bpp:"${rdp_bpp:-16}" /cert:ignore /sec:tls >"$LAB/log/xfreerdp" 2>&1 &
	far_hands FreeRDP "$2"
	in_b env DISPLAY="$far_display" xdotool search --name FreeRDP windowclose >/dev/null 2>&1 || true
	sleep 1
}

# A VNC password file for both ends.
vnc_password()
{
	lab_need vncviewer X0tigervnc tigervncpasswd x11vnc
	printf 'lab-only\n' | tigervncpasswd -f >"$LAB/vncpasswd"
}

# vnc_view SECONDS VIEWER-ARGUMENTS...
vnc_view()
{
	local seconds=$1
	shift
	far_screen
	in_b env DISPLAY="$far_display" HOME="$LAB/home" vncviewer -passwd "$LAB/vncpasswd" \
	    -AutoSelect=0 -QualityLevel=4 "$@" >"$LAB/log/vncviewer" 2>&1 &
	${vnc_dial:-true}
	far_hands TigerVNC "$seconds"
	in_b env DISPLAY="$far_display" xdotool search --name TigerVNC windowclose >/dev/null 2>&1 || true
	sleep 1
}
