# negative_served: the laptop serves, persons outside use it.  Their clicks and keys come in, pages go out: the nearest
# there is to a screen worked from outside, but nothing of the laptop is worked.

negatives+=(served-live served-search served-news served-text served-film served-behind served-live-ssh-reverse served-search-ssh-reverse
    served-news-wireguard scrape automation pull-ssh-reverse)
for name in served-live served-search served-news served-text served-film served-behind served-live-ssh-reverse \
    served-search-ssh-reverse served-news-wireguard; do
	weight[$name]=2
done

# served APP OVER: an application on the laptop, someone in a browser outside; OVER is one of positive_carriers.sh.
served()
{
	local plain=https page=/app/$1 port=443
	packages="chromium nginx-light python3-aiohttp"
	"about_$2" # sets carrier, adds to packages
	about chromium-served "$carrier" none - "$packages"
	[ "$1" != news ] || page=/
	tap_start "$out"
	"over_$2"
	site_serve a "$port" ${behind:-}
	chromium_start b "$to" --headless=new
	surf b "$1" "https://$1.example.net:$to_port$page"
	tap_stop
}

session_served_live() { served live direct; }     # each key and click outside brings a part of a page
session_served_search() { served search direct; } # each key asks for suggestions
session_served_news() { served news direct; }     # pages with pictures
session_served_text() { served text direct; }     # a shared text lies on the laptop
session_served_live_ssh_reverse() { served live ssh_reverse; }
session_served_search_ssh_reverse() { served search ssh_reverse; }
session_served_news_wireguard() { served news wireguard; }

session_served_behind() # what comes in makes the laptop ask another server outside, before it answers
{
	site_serve b
	behind=https://$OUTSIDE
	served live direct
}

session_served_film() # a camera's pictures are looked at from outside
{
	film_make -seg_duration 2 -frag_type none -use_template 1 -init_seg_name init.mp4 -media_seg_name 'part-$Number%05d$.m4s' \
	    -f dash film.mpd
	served film direct
}

session_scrape() # a monitor outside asks the laptop for its figures
{
	about node-exporter http none - "prometheus-node-exporter curl"
	lab_need prometheus-node-exporter
	local n rate=$((seed % 2 ? 12 : 20)) urls=()
	in_a prometheus-node-exporter --web.listen-address=:9100 >"$LAB/log/exporter" 2>&1 &
	listening a 9100
	for n in $(seq 1 $((seconds * rate / 60))); do
		urls+=(-o /dev/null "http://$INSIDE:9100/metrics")
	done
	tap_start "$out"
	in_b curl -sS --rate $rate/m -m "$seconds" "${urls[@]}" >"$LAB/log/curl" 2>&1 || true
	tap_stop
}

session_automation() # a program outside runs commands on the laptop over one SSH connection: no hands
{
	about openssh-batch ssh none - "openssh-client openssh-server"
	local jobs=("uname -a" "df -h" "ps aux" "ls -l /etc" "cat /etc/services" "id" "dpkg -l" "ss -tn" "uptime") job
	ssh_serve a
	work_begin
	tap_start "$out"
	in_b ssh -fN "${ssh_options[@]}" -o ControlMaster=yes -o ControlPath="$LAB/control" "root@$INSIDE"
	while working; do
		for job in "${jobs[@]:RANDOM % 4:1 + RANDOM % 5}"; do
			in_b ssh "${ssh_options[@]}" -o ControlPath="$LAB/control" "root@$INSIDE" "$job" >/dev/null </dev/null
		done
		rest 1 $((6 + seed % 3 * 8))
	done
	tap_stop
}

session_pull_ssh_reverse() # the laptop keeps a tunnel; through it a backup is fetched now and then, else it idles
{
	about rsync ssh none - "rsync openssh-client openssh-server"
	ssh_serve b
	ssh_b=("${ssh_options[@]}")
	work_begin
	papers "$LAB/home/work"
	cat >"$LAB/rsyncd.conf" <<-END
		use chroot = no
		uid = root
		gid = root
		[work]
		path = $LAB/home/work
	END
	in_a rsync --daemon --no-detach --port=8730 --config="$LAB/rsyncd.conf" >"$LAB/log/rsyncd" 2>&1 &
	listening a 8730
	tap_start "$out"
	in_a ssh -N "${ssh_b[@]}" -o ServerAliveInterval=15 -R 8730:127.0.0.1:8730 "root@$OUTSIDE" >"$LAB/log/ssh" 2>&1 &
	listening b 8730
	while working; do
		in_b rsync -a --bwlimit=$((40 + seed % 3 * 20)) rsync://127.0.0.1:8730/work/ "$LAB/copy/" >>"$LAB/log/rsync" 2>&1 || true
		rest 5 40
		papers_change "$LAB/home/work"
	done
	tap_stop
}
