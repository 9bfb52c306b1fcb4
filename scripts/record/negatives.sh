# negatives: ordinary traffic of a laptop, which must not be taken for a far hand.  Sourced by session.
#
# One function per class: about TOOL CARRIER KIND CONTROLLED PACKAGES, servers, tap_start, $seconds of work, tap_stop.
# Nobody outside works the laptop in any of them.  KIND is none, but for shells that the laptop's user
# opens outward: there the machine outside is the controlled one.
#
#   negative_transfers.sh   files out and in: backups, repositories, synchronisation
#   negative_terminals.sh   a person at a prompt, an editor, a database outside
#   negative_things.sh      machines that talk by themselves
#   negative_browser.sh     a person in Chromium, on the applications of negative_site.py
#   negative_meetings.sh    WebRTC and RTP: calls, screens shown
#   negative_served.sh      the laptop serves, persons outside use it
#   negative_tunnels.sh     the same work inside tunnels
#   negative_colleagues.sh  a person and colleagues: a text, a chat
#   negative_machines.sh    machines that ask, ship and follow: configuration, repositories, logs, replicas, feeds

python=/usr/bin/python3 # Debian's, which has the packages named

negatives=()
for part in transfers terminals things browser meetings served tunnels colleagues machines; do
	. "$here/negative_$part.sh"
done

# rest LEAST MOST: so many seconds, seeded.
rest()
{
	sleep $(($1 + RANDOM % ($2 - $1 + 1))).$((RANDOM % 10))
}

# work_begin: the dice of bash, the end of the session.
work_begin()
{
	RANDOM=$seed
	until=$((SECONDS + seconds))
}

working() { [ $SECONDS -lt $until ]; }

listening() # MACHINE PORT [u]
{
	lab_wait 60 in_"$1" sh -c "ss -ln${3:-t} | grep -q ':$2 '"
}

# papers FOLDER: what a person's work leaves behind: some texts, some pictures.
papers()
{
	local n
	mkdir -p "$1"
	for n in $(seq 1 24); do
		head -c $((3000 + RANDOM % 60000)) /dev/urandom | base64 >"$1/report$n.txt"
		head -c $((60000 + RANDOM % 240000)) /dev/urandom >"$1/picture$n.jpg"
	done
}

# papers_change FOLDER: some written again, a new one now and then.
papers_change()
{
	local n
	for n in 1 2 3; do
		date +%s.%N >>"$1/report$((1 + RANDOM % 24)).txt"
		head -c $((500 + RANDOM % 9000)) /dev/urandom | base64 >>"$1/report$((1 + RANDOM % 24)).txt"
	done
	head -c $((40000 + RANDOM % 400000)) /dev/urandom >"$1/picture$((1 + RANDOM % 40)).jpg"
}
