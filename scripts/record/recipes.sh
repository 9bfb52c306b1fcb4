# recipes: one function per recording.  Sourced after lab.sh and desk.sh.
#
# Each says what the recording is (facts), starts the far and the near side,
# records the mirror port while something real happens, and returns.
#
#   facts PRODUCT ROLE KIND PACKAGES: what the inside end is.  PRODUCT is a
#   catalogue id or "-"; ROLE host, viewer or "-" (of a controlled screen);
#   KIND control, shell, tunnel, ordinary or facts.

recipes=(rdp vnc vnc-tls vnc-reverse ssh ssh-reverse wireguard openvpn https video upload dhcp mdns radius)

record_rdp() # the far person works the laptop's screen by RDP over TLS
{
	facts rdp host control "xrdp xorgxrdp freerdp2-x11"
	rdp_serve
	tap_start "$out"
	rdp_view "$INSIDE:3389" "$seconds"
	tap_stop
}

record_vnc() # the same by VNC, password authentication, in clear
{
	facts vnc host control "tigervnc-scraping-server tigervnc-viewer"
	vnc_serve VncAuth
	tap_start "$out"
	vnc_view "$seconds" -SecurityTypes VncAuth "$INSIDE::5900"
	tap_stop
}

record_vnc_tls() # the same inside TLS (VeNCrypt, TLSVnc)
{
	facts vnc host control "tigervnc-scraping-server tigervnc-viewer"
	vnc_serve TLSVnc
	tap_start "$out"
	vnc_view "$seconds" -SecurityTypes TLSVnc "$INSIDE::5900"
	tap_stop
}

record_vnc_reverse() # the laptop dials out to a viewer that listens, and hands over its screen
{
	facts vnc host control "x11vnc tigervnc-viewer"
	vnc_password
	laptop_screen
	vnc_dial=vnc_dial_out
	tap_start "$out"
	vnc_view "$seconds" -listen 5500
	tap_stop
}

vnc_dial_out()
{
	lab_wait 10 in_b sh -c 'ss -ltn | grep -q :5500'
	in_a x11vnc -display "$laptop_display" -rfbport 0 -connect "$OUTSIDE:5500" -forever \
	    -noxdamage -defer 40 >"$LAB/log/x11vnc" 2>&1 &
}

vnc_serve()
{
	vnc_password
	laptop_screen
	in_a X0tigervnc -display "$laptop_display" -rfbport 5900 -localhost=0 -SecurityTypes "$1" \
	    -PasswordFile "$LAB/vncpasswd" >"$LAB/log/x0vnc" 2>&1 &
	lab_wait 60 in_a sh -c 'ss -ltn | grep -q :5900'
}

# ssh_serve [MACHINE [PORT]]: sshd there (b, 22) for root's one key.
ssh_serve()
{
	local m=${1:-b} port=${2:-22}
	lab_need ssh ssh-keygen /usr/sbin/sshd
	if [ ! -e "$LAB/key" ]; then
		ssh-keygen -q -t ed25519 -N '' -f "$LAB/hostkey"
		ssh-keygen -q -t ed25519 -N '' -f "$LAB/key"
	fi
	cat >"$LAB/sshd.$m" <<-END
		ListenAddress 0.0.0.0:$port
		HostKey $LAB/hostkey
		AuthorizedKeysFile $LAB/key.pub
		StrictModes no
		UsePAM no
		PermitRootLogin yes
		Subsystem sftp internal-sftp
		PidFile none
		${ssh_more:-}
	END
	chmod 755 "$LAB"
	in_"$m" /usr/sbin/sshd -D -f "$LAB/sshd.$m" -E "$LAB/log/sshd.$m" 2>/dev/null &
	lab_wait 60 in_"$m" sh -c "ss -ltn | grep -q :$port"
	ssh_options=(-F /dev/null -i "$LAB/key" -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR
	    -o StrictHostKeyChecking=no)
}

record_ssh() # the laptop's user types on a server outside
{
	facts ssh - shell "openssh-server openssh-client"
	ssh_serve
	tap_start "$out"
	python3 "$here/person.py" terminal "$seed" "$seconds" |
	    in_a ssh -tt "${ssh_options[@]}" "root@$OUTSIDE" env -i PATH=/usr/bin:/bin TERM=xterm "PS1='$ '" sh \
	    >"$LAB/log/ssh" 2>&1 || true
	tap_stop
}

record_ssh_reverse() # the laptop dials out by SSH and offers its RDP port there
{
	facts ssh host tunnel "openssh-server openssh-client xrdp xorgxrdp freerdp2-x11"
	rdp_serve
	ssh_serve
	tap_start "$out"
	in_a ssh -N "${ssh_options[@]}" -R 13389:127.0.0.1:3389 "root@$OUTSIDE" >"$LAB/log/ssh" 2>&1 &
	lab_wait 10 in_b sh -c 'ss -ltn | grep -q :13389'
	rdp_view 127.0.0.1:13389 "$seconds"
	tap_stop
}

# wg_end MACHINE TUNNEL-ADDRESS PEER: after both keys exist.
wg_end()
{
	local m=$1 other=a
	[ "$m" = b ] || other=b
	in_"$m" wireguard-go -f wg0 >"$LAB/log/wg.$m" 2>&1 &
	lab_wait 10 in_"$m" test -S /run/wireguard/wg0.sock
	in_"$m" wg set wg0 listen-port 51820 private-key "$LAB/wg.$m" \
	    peer "$(wg pubkey <"$LAB/wg.$other")" allowed-ips 10.99.0.0/24 endpoint "$3:51820"
	in_"$m" ip addr add "$2/24" dev wg0
	in_"$m" ip link set wg0 mtu 1420 up
}

record_wireguard() # RDP to the laptop, inside WireGuard that the laptop keeps
{
	facts wireguard host tunnel "wireguard-go wireguard-tools xrdp xorgxrdp freerdp2-x11"
	lab_need wireguard-go wg
	rdp_serve
	(umask 077 && wg genkey >"$LAB/wg.a" && wg genkey >"$LAB/wg.b")
	tap_start "$out"
	wg_end b 10.99.0.1 "$INSIDE"
	wg_end a 10.99.0.2 "$OUTSIDE"
	in_a ping -c 1 -W 5 10.99.0.1 >/dev/null
	rdp_view 10.99.0.2:3389 "$seconds"
	tap_stop
}

# One authority, one certificate for each end.
openvpn_certificates()
{
	local end
	lab_certificate "/CN=lab authority"
	for end in server client; do
		openssl req -newkey rsa:2048 -nodes -subj "/CN=$end" -keyout "$LAB/$end.key" \
		    -out "$LAB/$end.csr" 2>/dev/null
		openssl x509 -req -in "$LAB/$end.csr" -CA "$LAB/cert.pem" -CAkey "$LAB/key.pem" \
		    -CAcreateserial -days 3650 -out "$LAB/$end.crt" 2>/dev/null
	done
}

# openvpn_end MACHINE server|client ARGUMENTS...
openvpn_end()
{
	local m=$1 end=$2
	shift 2
	in_"$m" openvpn --dev tun --tls-"$end" --ca "$LAB/ca.crt" --cert "$LAB/$end.crt" \
	    --key "$LAB/$end.key" --cipher AES-256-GCM "$@" >"$LAB/log/openvpn.$m" 2>&1 &
}

record_openvpn() # RDP to the laptop, inside OpenVPN (UDP) that the laptop keeps
{
	facts openvpn host tunnel "openvpn xrdp xorgxrdp freerdp2-x11"
	lab_need openvpn
	openvpn_certificates
	cp "$LAB/cert.pem" "$LAB/ca.crt"
	rdp_serve
	tap_start "$out"
	openvpn_end b server --proto udp4 --port 1194 --dh none --ifconfig 10.98.0.1 10.98.0.2
	openvpn_end a client --proto udp4 --port 1194 --remote "$OUTSIDE" --nobind --ifconfig 10.98.0.2 10.98.0.1
	lab_wait 20 in_a ping -I tun0 -c 1 -W 1 10.98.0.1
	rdp_view 10.98.0.2:3389 "$seconds"
	tap_stop
}

# web_serve: nginx on machine b, TLS, with pages, video segments and a place to upload to.
web_serve()
{
	lab_need nginx curl openssl
	lab_certificate "/O=Example/CN=portal.example.net"
	mkdir -p "$LAB/www" "$LAB/nginx"
	cat >"$LAB/nginx.conf" <<-END
		daemon off; master_process off; pid $LAB/nginx/pid; error_log $LAB/log/nginx;
		events {}
		http {
			access_log off;
			client_body_temp_path $LAB/nginx/body; proxy_temp_path $LAB/nginx/proxy;
			fastcgi_temp_path $LAB/nginx/f; uwsgi_temp_path $LAB/nginx/u; scgi_temp_path $LAB/nginx/s;
			client_max_body_size 100m;
			server { listen 127.0.0.1:8080; location / { return 204; } }
			server {
				listen 443 ssl http2; root $LAB/www;
				ssl_certificate $LAB/cert.pem; ssl_certificate_key $LAB/key.pem;
				location /upload { proxy_pass http://127.0.0.1:8080; }
			}
		}
	END
	in_b nginx -c "$LAB/nginx.conf" 2>/dev/null &
	lab_wait 10 in_b sh -c 'ss -ltn | grep -q :443'
}

web_get() # CURL-ARGUMENTS...
{
	in_a curl -sS -k --http2 --resolve "portal.example.net:443:$OUTSIDE" -o /dev/null "$@" >>"$LAB/log/curl" 2>&1
}

record_https() # the laptop's user reads pages: bursts down, pauses between
{
	facts - - ordinary "nginx-light curl"
	local page until=$((SECONDS + seconds)) base=https://portal.example.net
	web_serve
	for page in 1 2 3 4 5 6 7 8; do
		head -c $((page * 3000)) /dev/urandom >"$LAB/www/$page"
	done
	tap_start "$out"
	page=$((seed % 5 + 1))
	while [ $SECONDS -lt $until ]; do
		page=$((page % 6 + 1))
		web_get "$base/$page" --next -k --http2 --resolve "portal.example.net:443:$OUTSIDE" -o /dev/null \
		    -o /dev/null "$base/$((page + 1))" "$base/$((page + 2))"
		sleep $((page % 3 + 2))
	done
	tap_stop
}

record_video() # a film in pieces of two seconds, as players fetch them
{
	facts - - ordinary "nginx-light curl ffmpeg"
	lab_need ffmpeg
	local n=0 urls=()
	web_serve
	in_b ffmpeg -v error -f lavfi -i "testsrc2=size=320x240:rate=15" -t "$seconds" -c:v libx264 -b:v 150k \
	    -maxrate 180k -bufsize 300k -g 30 -hls_time 2 -hls_list_size 0 "$LAB/www/film.m3u8" >"$LAB/log/ffmpeg" 2>&1
	while [ -e "$LAB/www/film$n.ts" ]; do
		urls+=(-o /dev/null "https://portal.example.net/film$n.ts")
		n=$((n + 1))
	done
	tap_start "$out"
	web_get "https://portal.example.net/film.m3u8" "${urls[@]}" --rate 30/m
	tap_stop
}

record_upload() # one large file out
{
	facts - - ordinary "nginx-light curl"
	web_serve
	head -c 1500000 /dev/urandom >"$LAB/big"
	tap_start "$out"
	web_get --limit-rate 70k -T "$LAB/big" -X POST https://portal.example.net/upload
	tap_stop
}

# lease MAC NAME VENDOR: another machine on the laptop's LAN asks for an address.
lease()
{
	in_a ip link add link a0 name mv0 address "$1" type macvlan mode bridge
	in_a ip link set mv0 up
	in_a udhcpc -i mv0 -f -q -n -t 5 -s /bin/true -x "hostname:$2" -V "$3" >>"$LAB/log/udhcpc" 2>&1
	in_a ip link del mv0
}

record_dhcp() # a laptop and two IP-KVMs ask for addresses
{
	facts jetkvm - facts "dnsmasq-base udhcpc"
	lab_need dnsmasq udhcpc
	in_b ip addr add 10.77.0.1/24 dev b0
	in_b dnsmasq --no-daemon --conf-file=/dev/null --port=0 --interface=b0 --bind-interfaces --user=root \
	    --dhcp-leasefile="$LAB/leases" --pid-file= --dhcp-range=10.77.0.50,10.77.0.99,2h 2>"$LAB/log/dnsmasq" &
	lab_wait 10 in_b sh -c 'ss -lun | grep -q :67'
	tap_start "$out"
	lease 00:00:5e:00:53:17 lt-0417 "MSFT 5.0"
	lease dc:a6:32:01:02:03 pikvm "udhcp 1.36.1"
	lease 30:52:53:0a:0b:0c jetkvm-1a2b3c4d "udhcp 1.36.1"
	tap_stop
}

record_mdns() # an IP-KVM announces itself on the LAN
{
	facts pikvm - facts "avahi-daemon"
	lab_need avahi-daemon
	mkdir -p "$LAB/avahi/services" "$LAB/run"
	: >"$LAB/avahi/hosts"
	cat >"$LAB/avahi/avahi-daemon.conf" <<-END
		[server]
		host-name=pikvm
		use-ipv4=yes
		use-ipv6=no
		enable-dbus=no
	END
	cat >"$LAB/avahi/services/pikvm.service" <<-END
		<?xml version="1.0" standalone='no'?>
		<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
		<service-group><name>PiKVM Web Server</name>
		<service><type>_pikvm._tcp</type><port>443</port><txt-record>path=/</txt-record></service>
		</service-group>
	END
	in_a mount --bind "$LAB/avahi" /etc/avahi
	in_a mkdir -p /run/avahi-daemon
	in_a ip link set a0 address dc:a6:32:01:02:03
	tap_start "$out"
	in_a timeout -s TERM 8 avahi-daemon --no-drop-root --no-chroot --no-rlimits \
	    -f "$LAB/avahi/avahi-daemon.conf" >"$LAB/log/avahi" 2>&1 || true
	tap_stop
}

# radius_say STATUS USER FRAMED CALLER SESSION
radius_say()
{
	in_a radclient -q -r 1 -t 1 "$OUTSIDE:1813" acct lab-only >>"$LAB/log/radclient" 2>&1 <<-END || true
		Acct-Status-Type = $1
		User-Name = "$2"
		Framed-IP-Address = $3
		Calling-Station-Id = "$4"
		NAS-IP-Address = $INSIDE
		NAS-Port-Type = Virtual
		Acct-Session-Id = "$5"
	END
}

record_radius() # a VPN gateway reports who has which address, and whence they came
{
	facts - - facts "freeradius-utils socat"
	local n
	lab_need radclient socat
	in_b socat -u UDP4-RECV:1813 OPEN:/dev/null 2>/dev/null &
	lab_wait 10 in_b sh -c 'ss -lun | grep -q :1813'
	tap_start "$out"
	for n in 1 2 3; do
		radius_say Start u1$n 10.20.4.1$n 198.51.100.11 5f00$n
	done
	for n in 1 2 3; do
		radius_say Stop u1$n 10.20.4.1$n 198.51.100.11 5f00$n
	done
	tap_stop
}
