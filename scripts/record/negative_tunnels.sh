# negative_tunnels: ordinary work inside tunnels that the laptop keeps.

negatives+=(idle-ssh-reverse idle-wireguard idle-openvpn bulk-openvpn bulk-wireguard news-wireguard news-openvpn news-shadowsocks
    news-ssh-forward text-wireguard search-openvpn-tcp call-wireguard ssh-wireguard)
for name in news-wireguard news-openvpn news-shadowsocks news-ssh-forward text-wireguard search-openvpn-tcp; do
	weight[$name]=2
done
weight[call-wireguard]=3

# tunnelled CARRIER: dialled by the laptop, recorded from the first packet on.  Sets far, machine b's address inside.
tunnelled()
{
	local port=443
	tap_start "$out"
	"over_$1"
	case $1 in
	wireguard) far=10.99.0.1 ;;
	openvpn_*) far=10.98.0.1 ;;
	esac
}

# about_tunnelled TOOL CARRIER PACKAGES
about_tunnelled()
{
	packages=$3
	"about_$2" # sets carrier, adds to packages
	about "$1" "$carrier" none - "$packages"
}

# web_tunnelled APP CARRIER: a person in a browser, all of it in the tunnel.
web_tunnelled()
{
	local page=/app/$1
	[ "$1" != news ] || page=/
	about_tunnelled chromium "$2" "chromium nginx-light python3-aiohttp"
	tunnelled "$2"
	site_serve b
	chromium_start a "$far" --headless=new
	surf a "$1" "https://$1.example.net$page"
	tap_stop
}

session_news_wireguard() { web_tunnelled news wireguard; }
session_news_openvpn() { web_tunnelled news openvpn_udp; }
session_text_wireguard() { web_tunnelled text wireguard; }
session_search_openvpn_tcp() { web_tunnelled search openvpn_tcp; }

session_news_shadowsocks() # pages through a proxy that the laptop dials
{
	about chromium shadowsocks none - "chromium nginx-light python3-aiohttp shadowsocks-libev"
	local common="-p 8388 -k lab-only -m chacha20-ietf-poly1305"
	site_serve b
	in_b ss-server -s 0.0.0.0 $common >"$LAB/log/ss-server" 2>&1 &
	in_a ss-local -s "$OUTSIDE" -b 127.0.0.1 -l 1080 $common >"$LAB/log/ss-local" 2>&1 &
	listening b 8388
	listening a 1080
	chromium_start a "$OUTSIDE" --headless=new --proxy-server=socks5://127.0.0.1:1080
	tap_start "$out"
	surf a news "https://$OUTSIDE/" # a name would be looked up at the far end, which has no names
	tap_stop
}

session_news_ssh_forward() # pages through ssh -D
{
	about chromium ssh none - "chromium nginx-light python3-aiohttp openssh-client openssh-server"
	site_serve b
	ssh_serve b
	tap_start "$out"
	in_a ssh -N "${ssh_options[@]}" -D 127.0.0.1:1080 "root@$OUTSIDE" >"$LAB/log/ssh" 2>&1 &
	listening a 1080
	chromium_start a "$OUTSIDE" --headless=new --proxy-server=socks5://127.0.0.1:1080
	surf a news "https://$OUTSIDE/"
	tap_stop
}

session_call_wireguard() # a video call in the tunnel
{
	about_tunnelled chromium wireguard "chromium nginx-light python3-aiohttp"
	meet camera,microphone camera,microphone wireguard
}

session_ssh_wireguard() # the laptop's user works on a server, in the tunnel
{
	about_tunnelled openssh wireguard "openssh-client openssh-server vim"
	kind=shell controlled=outside
	ssh_serve b
	tunnelled wireguard
	at_prompt shell "ssh -tt ${ssh_options[*]} root@$far"
	tap_stop
}

# Tunnels that carry nothing but their own keep-alives.
session_idle_openvpn()
{
	about openvpn openvpn-udp none - "openvpn"
	local common="--proto udp4 --port 1194 --keepalive $((5 + seed % 3 * 5)) 120"
	openvpn_certificates
	cp "$LAB/cert.pem" "$LAB/ca.crt"
	tap_start "$out"
	openvpn_end b server $common --dh none --ifconfig 10.98.0.1 10.98.0.2
	openvpn_end a client $common --remote "$OUTSIDE" --nobind --ifconfig 10.98.0.2 10.98.0.1
	sleep "$seconds"
	tap_stop
}

session_idle_wireguard()
{
	about_tunnelled wireguard wireguard ""
	tunnelled wireguard
	in_a wg set wg0 peer "$(wg pubkey <"$LAB/wg.b")" persistent-keepalive 25
	sleep "$seconds"
	tap_stop
}

session_idle_ssh_reverse()
{
	about autossh ssh none - "autossh openssh-client openssh-server"
	ssh_serve b
	tap_start "$out"
	in_a env AUTOSSH_GATETIME=0 autossh -M 0 -N "${ssh_options[@]}" -o ServerAliveInterval=$((5 + seed % 3 * 5)) \
	    -R 13389:127.0.0.1:3389 "root@$OUTSIDE" >"$LAB/log/ssh" 2>&1 &
	sleep "$seconds"
	tap_stop
}

# bulk CARRIER: files up and down, in turns.
bulk()
{
	about_tunnelled rsync "$1" "rsync"
	work_begin
	papers "$LAB/home/work"
	printf 'use chroot = no\nuid = root\ngid = root\n[work]\npath = %s\nread only = no\n' "$LAB/copy" >"$LAB/rsyncd.conf"
	mkdir "$LAB/copy"
	in_b rsync --daemon --no-detach --port=8730 --config="$LAB/rsyncd.conf" >"$LAB/log/rsyncd" 2>&1 &
	listening b 8730
	tunnelled "$1"
	while working; do
		in_a rsync -a --bwlimit=60 "$LAB/home/work/" "rsync://$far:8730/work/" >>"$LAB/log/rsync" 2>&1 || true
		rest 2 20
		rm -rf "$LAB/home/back"
		in_a rsync -a --bwlimit=60 --include='report?.txt' --exclude='*' "rsync://$far:8730/work/" "$LAB/home/back/" \
		    >>"$LAB/log/rsync" 2>&1 || true
		rest 2 20
		papers_change "$LAB/home/work"
	done
	tap_stop
}

session_bulk_openvpn() { bulk openvpn_udp; }
session_bulk_wireguard() { bulk wireguard; }
