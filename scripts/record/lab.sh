# lab: two machines, a wire of some length between them, and a mirror port.
#
#   a (inside) ── a0 ══ wa ┐                    ┌ wb ══ b0 ── b (outside)
#                          ├─ w: delaywire ─────┤
#                          │
#                          └─ mirror ── m0 ══ m1 ── s (the sensor's side)
#
# A machine is a process with its own network, mounts, processes and host name
# (unshare); others enter it (nsenter).  Nothing of it has a name outside, so
# labs run side by side, and killing that one process ends all that ran in it.
# The mirror copies both directions of the inside port: round trips to the
# inside are about zero there, those to the outside are the whole wire.
#
# Sourced by record and live.  Root only.

INSIDE=10.77.0.21
OUTSIDE=203.0.113.50
LAB=""
declare -A machine=()

lab_fail()
{
	echo "record: $*" >&2
	exit 1
}

lab_need()
{
	local tool missing=()
	for tool in "$@"; do
		command -v "$tool" >/dev/null || missing+=("$tool")
	done
	[ ${#missing[@]} -eq 0 ] || lab_fail "missing: ${missing[*]} (see scripts/record/README.md)"
}

# lab_wait SECONDS COMMAND...: until it succeeds.
lab_wait()
{
	local left=$(($1 * 10))
	shift
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || lab_fail "waited in vain for: $*"
		sleep 0.1
	done
}

# machine_start NAME: its first process sleeps; death of this script ends it.
machine_start()
{
	local name=$1 holder
	setpriv --pdeathsig KILL unshare -n -m -p -u -f --kill-child --mount-proc \
	    --propagation private sleep infinity 2>"$LAB/log/machine.$name" &
	holder=$!
	lab_wait 5 pgrep -P "$holder" -x sleep
	machine[$name]=$(pgrep -P "$holder" -x sleep)
	machine[$name.holder]=$holder
	in_"$name" sh -e <<-'END'
		ip link set lo up
		mount -t tmpfs -o mode=1777 tmpfs /tmp
		mount -t tmpfs -o mode=755 tmpfs /run
		mkdir -m 1777 /tmp/.X11-unix /tmp/.ICE-unix
		mkdir -m 755 /run/sshd
		echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
		echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
	END
}

in_a() { nsenter -t "${machine[a]}" -n -m -p -u -- "$@"; }
in_b() { nsenter -t "${machine[b]}" -n -m -p -u -- "$@"; }
in_w() { nsenter -t "${machine[w]}" -n -m -p -u -- "$@"; }
in_s() { nsenter -t "${machine[s]}" -n -m -p -u -- "$@"; }
# Only the network: our files and our process ids, so that $! is the program itself.
on_mirror() { exec nsenter -t "${machine[s]}" -n -- "$@"; }

# link_make MACHINE IF MACHINE IF
link_make()
{
	local end
	ip link add "$2" netns "${machine[$1]}" type veth peer name "$4" netns "${machine[$3]}"
	for end in "$1 $2" "$3 $4"; do
		set -- $end
		in_"$1" ethtool -K "$2" tso off gso off gro off tx off rx off >/dev/null 2>&1
		in_"$1" ip link set "$2" up
	done
}

# lab_up DELAY_MS JITTER_MS LOSS_PERMILLE SEED
lab_up()
{
	local m way
	[ "$(id -u)" -eq 0 ] || lab_fail "must be root (network namespaces)"
	lab_need ip tc ethtool nsenter unshare setpriv pgrep tcpdump cc
	# Not in /tmp: each machine has its own.
	LAB=$(mktemp -d /var/tmp/farhand-lab.XXXXXX)
	chmod 755 "$LAB"
	mkdir -m 1777 "$LAB/log" "$LAB/home"
	trap lab_down EXIT
	trap 'exit 130' INT TERM HUP
	cc -O2 -std=c11 -D_GNU_SOURCE -o "$LAB/delaywire" "$here/delaywire.c"
	for m in a b w s; do
		machine_start $m
	done
	link_make a a0 w wa
	link_make b b0 w wb
	link_make w m0 s m1
	in_a hostname lt-0417
	in_b hostname far
	in_a ip link set a0 address 00:00:5e:00:53:15
	in_b ip link set b0 address 00:00:5e:00:53:32
	in_a ip addr add "$INSIDE/24" dev a0
	in_b ip addr add "$OUTSIDE/24" dev b0
	in_a ip route add default dev a0
	in_b ip route add default dev b0
	in_w tc qdisc add dev wa clsact
	for way in ingress egress; do
		in_w tc filter add dev wa $way protocol all u32 match u32 0 0 \
		    action mirred egress mirror dev m0
	done
	# Before all others: its delay is part of the recording.
	in_w nice -n -10 "$LAB/delaywire" wa wb "$1" "$2" "$3" "$4" 2>"$LAB/log/delaywire" &
	lab_wait 5 in_a ping -c 1 -W 1 "$OUTSIDE"
}

lab_down()
{
	local m
	set +e
	trap - EXIT
	for m in a b w s; do
		[ -n "${machine[$m]:-}" ] || continue
		kill -KILL "${machine[$m]}"
		wait "${machine[$m.holder]}" # over when all that ran in the machine is
	done 2>/dev/null
	machine=()
	kill -KILL $(jobs -p) 2>/dev/null # what ran on the mirror
	wait 2>/dev/null
	if [ -n "${KEEP_LAB:-}" ]; then
		echo "record: kept $LAB" >&2
	elif [ -n "$LAB" ]; then
		rm -rf "$LAB"
	fi
}

# tap_start FILE: record the mirror port, tap_bytes of each frame (0: all).
tap_bytes=0
tap_start()
{
	(on_mirror tcpdump -i m1 -s "$tap_bytes" -B 8192 -U -n -Z root -w "$1" 'not ip6') 2>"$LAB/log/tcpdump" &
	tap=$!
	lab_wait 5 grep -q 'listening on' "$LAB/log/tcpdump"
}

tap_stop()
{
	sleep 0.5 # what is still on the wire
	kill -INT "$tap"
	wait "$tap"
	grep -q '^0 packets dropped by kernel' "$LAB/log/tcpdump" ||
	    lab_fail "the recording lost packets: $(tail -1 "$LAB/log/tcpdump")"
}
