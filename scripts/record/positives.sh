# positives: sessions in which someone elsewhere works a machine.  Sourced after recipes.sh.
#
#   remote TOOL OVER     serve_TOOL on machine a, which then listens on $port;
#                        over_OVER: how it is reached from b, by $to and $to_port;
#                        view_TOOL TO PORT: the far person works on it for $seconds.
#
# Each serve_TOOL tells what it is: tool, kind, packages and its carrier in the open (plain).
# The laptop is machine a; in sessions that end in -out machines have changed places: it is the
# laptop's user who works on a machine outside.

. "$here/positive_carriers.sh"
. "$here/positive_desktops.sh"
. "$here/positive_browsers.sh"
. "$here/positive_shells.sh"
. "$here/positive_terminals.sh"
. "$here/positive_wayland.sh"

session_rdp() { remote rdp direct; }
session_rdp_443() { rdp_port=443 remote rdp direct; }
session_rdp_ssh_forward() { remote rdp ssh_forward; }
session_rdp_ssh_reverse() { remote rdp ssh_reverse; }
session_rdp_tls_reverse() { remote rdp tls_reverse; }
session_rdp_stunnel() { remote rdp stunnel; }
session_rdp_wireguard() { remote rdp wireguard; }
session_rdp_openvpn() { remote rdp openvpn_udp; }
session_rdp_openvpn_tcp() { remote rdp openvpn_tcp; }
session_rdp_shadowsocks() { remote rdp shadowsocks; }
session_shadow() { remote shadow direct; }
session_shadow_ssh_reverse() { remote shadow ssh_reverse; }
session_vnc() { vnc_security=VncAuth remote vnc direct; }
session_vnc_tls() { vnc_security=TLSVnc remote vnc direct; }
session_vnc_ssh_reverse() { remote vnc ssh_reverse; }
session_vnc_tls_reverse() { remote vnc tls_reverse; }
session_vnc_wireguard() { remote vnc wireguard; }
session_vnc_openvpn() { remote vnc openvpn_udp; }
session_vnc_openvpn_tcp() { remote vnc openvpn_tcp; }
session_vnc_v2ray() { remote vnc v2ray; }
session_vnc_trojan() { remote vnc trojan; }
session_vnc_reverse() { remote x11vnc dialled; }
session_x11vnc_ssl() { remote x11vnc ssl; }
session_x11vnc_stunnel() { remote x11vnc stunnel; }
session_x11vnc_wireguard() { remote x11vnc wireguard; }
session_x11vnc_shadowsocks() { remote x11vnc shadowsocks; }
session_spice() { remote spice direct; }
session_spice_ssh_reverse() { remote spice ssh_reverse; }
session_spice_openvpn() { remote spice openvpn_udp; }
session_qemu_vnc() { remote qemu_vnc direct; }
session_qemu_vnc_stunnel() { remote qemu_vnc stunnel; }
session_xpra() { remote xpra direct; }
session_xpra_ssl() { xpra_ssl=yes remote xpra direct; }
session_xpra_ssh_reverse() { remote xpra ssh_reverse; }
session_xpra_wireguard() { remote xpra wireguard; }
session_x2go() { remote x2go direct; }
session_x2go_wireguard() { remote x2go wireguard; }
session_novnc() { remote novnc direct; }
session_novnc_ssh_reverse() { remote novnc ssh_reverse; }
session_pikvm() { remote pikvm direct; }
session_pikvm_wireguard() { remote pikvm wireguard; }
session_pikvm_h264() { pikvm_video=h264 remote pikvm direct; }
session_pikvm_h264_wireguard() { pikvm_video=h264 remote pikvm wireguard; }
session_janus() { remote janus direct; }
session_janus_wireguard() { remote janus wireguard; }
session_meshcentral() { remote meshcentral direct; }
session_webrtc_share() { remote webrtc direct; }

session_rdp_out() { turn_round; remote rdp direct; }
session_rdp_ssh_forward_out() { turn_round; remote rdp ssh_forward; }
session_rdp_wireguard_out() { turn_round; remote rdp wireguard; }
session_vnc_tls_out() { turn_round; vnc_security=TLSVnc remote vnc direct; }
session_vnc_openvpn_out() { turn_round; remote vnc openvpn_udp; }
session_xpra_ssl_out() { turn_round; xpra_ssl=yes remote xpra direct; }
session_novnc_out() { turn_round; remote novnc direct; }
session_webrtc_share_out() { turn_round; remote webrtc direct; }
session_pikvm_out() { turn_round; remote pikvm direct; }
session_janus_out() { turn_round; remote janus direct; }

positives=($(sed -n 's/^session_\([a-z0-9_]*\)().*/\1/p' "$here"/positive*.sh | tr _ -))
for name in "${positives[@]}"; do
	case $name in
	novnc* | mesh* | wetty* | shellinabox*) weight[$name]=2 ;;
	pikvm*) weight[$name]=3 ;;
	weston*) weight[$name]=2 ;;
	webrtc* | janus*) weight[$name]=5 ;;
	esac
done

# remote TOOL OVER
remote()
{
	local whose=inside over=$2
	[ -z "${turned:-}" ] || whose=outside
	desk_vary
	"serve_$1"
	"about_$2"
	about "$tool" "$carrier" "$kind" "$whose" "$packages"
	tap_start "$out"
	"over_$2"
	"view_$1" "$to" "$to_port"
	tap_stop
}

# Machines change places: what was inside is outside.
turn_round()
{
	local m=${machine[a]} holder=${machine[a.holder]} address=$INSIDE
	machine[a]=${machine[b]} machine[a.holder]=${machine[b.holder]} INSIDE=$OUTSIDE
	machine[b]=$m machine[b.holder]=$holder OUTSIDE=$address
	turned=yes
}

# Each seed has another desk.
desk_vary()
{
	local sizes=(1024x768 800x600 1280x800) scenes=(video log clock top) depths=(16 32)
	size=${sizes[seed % 3]} scene=${scenes[seed % 4]} rdp_bpp=${depths[seed % 2]}
}
