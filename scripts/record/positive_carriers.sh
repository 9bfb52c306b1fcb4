# positive_carriers: how the far person reaches $port of machine a.  Sourced by positives.sh.
#
# about_X adds to what the tool said of itself; over_X sets up, while the mirror is recorded, and
# sets to and to_port, which b dials.  A tunnel is dialled by a, the laptop, unless told otherwise.

# serving MACHINE PORT: wait until there is a listener.
serving()
{
	lab_wait 60 in_"$1" sh -c "ss -ltn | grep -q ':$2 '"
}

about_direct() { carrier=$plain; }

over_direct()
{
	to=$INSIDE to_port=$port
}

about_ssh_forward()
{
	carrier=ssh packages="$packages openssh-server openssh-client"
}

over_ssh_forward() # b dials
{
	ssh_serve a
	in_b ssh -N "${ssh_options[@]}" -L "15000:127.0.0.1:$port" "root@$INSIDE" >"$LAB/log/ssh" 2>&1 &
	serving b 15000
	to=127.0.0.1 to_port=15000
}

about_ssh_reverse() { about_ssh_forward; }

over_ssh_reverse() # of two, one on 443
{
	local ports=(22 443)
	ssh_serve b "${ports[seed % 2]}"
	in_a ssh -N "${ssh_options[@]}" -p "${ports[seed % 2]}" -R "15000:127.0.0.1:$port" "root@$OUTSIDE" \
	    >"$LAB/log/ssh" 2>&1 &
	serving b 15000
	to=127.0.0.1 to_port=15000
}

about_tls_reverse()
{
	carrier=tls packages="$packages socat"
}

over_tls_reverse()
{
	[ -e "$LAB/cert.pem" ] || lab_certificate "/CN=gw.example.net"
	in_b socat "OPENSSL-LISTEN:443,cert=$LAB/cert.pem,key=$LAB/key.pem,verify=0,reuseaddr,nodelay" \
	    TCP-LISTEN:15000,reuseaddr,nodelay 2>"$LAB/log/socat.b" &
	serving b 443
	in_a socat "OPENSSL:$OUTSIDE:443,verify=0,snihost=gw.example.net,nodelay" "TCP:127.0.0.1:$port,nodelay" \
	    2>"$LAB/log/socat.a" &
	serving b 15000
	to=127.0.0.1 to_port=15000
}

about_stunnel()
{
	carrier=tls packages="$packages stunnel4"
}

over_stunnel() # b dials
{
	[ -e "$LAB/cert.pem" ] || lab_certificate "/CN=gw.example.net"
	stunnel_end a "cert = $LAB/cert.pem" "key = $LAB/key.pem" "[far]" "accept = 443" "connect = 127.0.0.1:$port"
	serving a 443
	stunnel_end b "client = yes" "[far]" "accept = 127.0.0.1:15000" "connect = $INSIDE:443" "sni = gw.example.net"
	serving b 15000
	to=127.0.0.1 to_port=15000
}

# stunnel_end MACHINE LINE...
stunnel_end()
{
	local m=$1
	shift
	printf '%s\n' "foreground = yes" "pid =" "socket = l:TCP_NODELAY=1" "socket = r:TCP_NODELAY=1" "$@" \
	    >"$LAB/stunnel.$m"
	in_"$m" stunnel4 "$LAB/stunnel.$m" >"$LAB/log/stunnel.$m" 2>&1 &
}

about_wireguard()
{
	carrier=wireguard packages="$packages wireguard-go wireguard-tools"
}

over_wireguard()
{
	lab_need wireguard-go wg
	(umask 077 && wg genkey >"$LAB/wg.a" && wg genkey >"$LAB/wg.b")
	wg_end b 10.99.0.1 "$INSIDE"
	wg_end a 10.99.0.2 "$OUTSIDE"
	lab_wait 60 in_a ping -c 1 -W 1 10.99.0.1
	to=10.99.0.2 to_port=$port
}

about_openvpn_udp()
{
	carrier=openvpn-udp packages="$packages openvpn"
}

over_openvpn_udp()
{
	openvpn_certificates
	cp "$LAB/cert.pem" "$LAB/ca.crt"
	openvpn_end b server --proto udp4 --port 1194 --dh none --ifconfig 10.98.0.1 10.98.0.2
	openvpn_end a client --proto udp4 --port 1194 --remote "$OUTSIDE" --nobind --ifconfig 10.98.0.2 10.98.0.1
	lab_wait 60 in_a ping -I tun0 -c 1 -W 1 10.98.0.1
	to=10.98.0.2 to_port=$port
}

about_openvpn_tcp()
{
	carrier=openvpn-tcp packages="$packages openvpn"
}

over_openvpn_tcp()
{
	openvpn_certificates
	cp "$LAB/cert.pem" "$LAB/ca.crt"
	openvpn_end b server --proto tcp4-server --port 443 --dh none --ifconfig 10.98.0.1 10.98.0.2
	serving b 443
	openvpn_end a client --proto tcp4-client --remote "$OUTSIDE" 443 --nobind --ifconfig 10.98.0.2 10.98.0.1
	lab_wait 60 in_a ping -I tun0 -c 1 -W 1 10.98.0.1
	to=10.98.0.2 to_port=$port
}

about_shadowsocks()
{
	carrier=shadowsocks packages="$packages shadowsocks-libev"
}

over_shadowsocks() # b dials
{
	local common="-k lab-only -m chacha20-ietf-poly1305"
	in_a ss-server -s 0.0.0.0 -p 8388 $common >"$LAB/log/ss-server" 2>&1 &
	serving a 8388
	in_b ss-tunnel -s "$INSIDE" -p 8388 -b 127.0.0.1 -l 15000 -L "127.0.0.1:$port" $common >"$LAB/log/ss-tunnel" 2>&1 &
	serving b 15000
	to=127.0.0.1 to_port=15000
}

about_v2ray()
{
	carrier=tls packages="$packages v2ray"
}

over_v2ray() # VMess in a WebSocket in TLS; b dials
{
	local id=7a1c2f0e-8a51-4d0f-9d2c-0f6f5b1c2d3e
	[ -e "$LAB/cert.pem" ] || lab_certificate "/CN=gw.example.net"
	cat >"$LAB/v2ray.a" <<-END
		{"inbounds": [{"port": 443, "protocol": "vmess", "settings": {"clients": [{"id": "$id"}]},
		  "streamSettings": {"network": "ws", "wsSettings": {"path": "/s"}, "security": "tls", "tlsSettings":
		   {"certificates": [{"certificateFile": "$LAB/cert.pem", "keyFile": "$LAB/key.pem"}]}}}],
		 "outbounds": [{"protocol": "freedom"}]}
	END
	cat >"$LAB/v2ray.b" <<-END
		{"inbounds": [{"listen": "127.0.0.1", "port": 15000, "protocol": "dokodemo-door",
		  "settings": {"address": "127.0.0.1", "port": $port, "network": "tcp"}}],
		 "outbounds": [{"protocol": "vmess", "settings": {"vnext": [{"address": "$INSIDE", "port": 443,
		  "users": [{"id": "$id"}]}]}, "streamSettings": {"network": "ws", "wsSettings": {"path": "/s"},
		  "security": "tls", "tlsSettings": {"serverName": "gw.example.net", "allowInsecure": true}}}]}
	END
	in_a v2ray -format json -config "$LAB/v2ray.a" >"$LAB/log/v2ray.a" 2>&1 &
	serving a 443
	in_b v2ray -format json -config "$LAB/v2ray.b" >"$LAB/log/v2ray.b" 2>&1 &
	serving b 15000
	to=127.0.0.1 to_port=15000
}

about_trojan()
{
	carrier=tls packages="$packages trojan"
}

over_trojan() # b dials
{
	[ -e "$LAB/cert.pem" ] || lab_certificate "/CN=gw.example.net"
	cat >"$LAB/trojan.a" <<-END
		{"run_type": "server", "local_addr": "0.0.0.0", "local_port": 443, "remote_addr": "127.0.0.1",
		 "remote_port": 80, "password": ["lab-only"], "ssl": {"cert": "$LAB/cert.pem", "key": "$LAB/key.pem"}}
	END
	cat >"$LAB/trojan.b" <<-END
		{"run_type": "forward", "local_addr": "127.0.0.1", "local_port": 15000, "remote_addr": "$INSIDE",
		 "remote_port": 443, "target_addr": "127.0.0.1", "target_port": $port, "password": ["lab-only"],
		 "ssl": {"verify": false, "verify_hostname": false, "sni": "gw.example.net"}}
	END
	in_a socat TCP-LISTEN:80,fork,reuseaddr SYSTEM:true 2>/dev/null & # trojan wants a web server behind it
	serving a 80
	in_a trojan -c "$LAB/trojan.a" >"$LAB/log/trojan.a" 2>&1 &
	serving a 443
	in_b trojan -c "$LAB/trojan.b" >"$LAB/log/trojan.b" 2>&1 &
	serving b 15000
	to=127.0.0.1 to_port=15000
}

# TLS that the tool itself speaks, and its viewer does not.
about_ssl()
{
	carrier=tls packages="$packages socat"
}

over_ssl() # b dials
{
	in_b socat TCP-LISTEN:15000,fork,reuseaddr,nodelay "OPENSSL:$INSIDE:$port,verify=0,nodelay" 2>"$LAB/log/socat" &
	serving b 15000
	to=127.0.0.1 to_port=15000
}

# The tool itself dials out to a viewer that listens.
about_dialled() { carrier=$plain; }

over_dialled()
{
	to=listen to_port=5500
}
