# negative_transfers: files out and in.  Rates are held down so that recordings stay small.

negatives+=(download upload upload-parts update rsync restic-sftp restic-rest git-ssh git-https scp syncthing torrent smb)

session_download() # large files come in
{
	about curl https none - "nginx-light curl"
	web_serve
	head -c 30000000 /dev/urandom >"$LAB/www/image.iso"
	tap_start "$out"
	work_begin
	while working; do
		web_get --limit-rate $((40 + seed % 5 * 10))k -m $((until - SECONDS + 1)) \
		    https://portal.example.net/image.iso || true
	done
	tap_stop
}

session_upload() # one large file after another goes out
{
	about curl https none - "nginx-light curl"
	web_serve
	tap_start "$out"
	work_begin
	while working; do
		head -c $((4000000 + RANDOM * 100)) /dev/urandom >"$LAB/big"
		web_get --limit-rate $((30 + seed % 5 * 10))k -m $((until - SECONDS + 1)) -T "$LAB/big" -X POST \
		    https://portal.example.net/upload || true
		rest 1 6
	done
	tap_stop
}

session_upload_parts() # a resumable upload: parts go out one by one, each is answered
{
	about curl-parts https none - "nginx-light curl"
	local n parts
	web_serve
	tap_start "$out"
	work_begin
	while working; do
		parts=()
		for n in $(seq 1 $((8 + RANDOM % 20))); do
			head -c $((16384 << RANDOM % 4)) /dev/urandom >"$LAB/part$n"
			parts+=(--next -sS -k --http2 --resolve "portal.example.net:443:$OUTSIDE" -o /dev/null
			    --limit-rate 60k -X POST -T "$LAB/part$n" "https://portal.example.net/upload?part=$n")
		done
		web_get -m $((until - SECONDS + 1)) "${parts[@]:1}" || true
		rest 2 20
	done
	tap_stop
}

session_update() # an updater asks every few seconds for news, and sometimes takes a package
{
	about curl-poll https none - "nginx-light curl"
	local n urls=()
	web_serve
	echo '{"version": "4.11.2", "channel": "stable", "wait": 6}' >"$LAB/www/latest.json"
	for n in 0 1 2; do
		head -c $((400000 + n * 300000)) /dev/urandom >"$LAB/www/package$n"
	done
	RANDOM=$seed
	for n in $(seq 1 $((seconds / 6))); do
		urls+=(-o /dev/null https://portal.example.net/latest.json)
		[ $((RANDOM % 9)) -gt 0 ] || urls+=(-o /dev/null "https://portal.example.net/package$((n % 3))")
	done
	tap_start "$out"
	web_get --rate 10/m --limit-rate 100k -m "$seconds" "${urls[@]:1}" || true
	tap_stop
}

session_rsync() # a folder is copied outside by SSH, again and again
{
	about rsync ssh none - "rsync openssh-client openssh-server"
	ssh_serve
	work_begin
	papers "$LAB/home/work"
	tap_start "$out"
	while working; do
		in_a rsync -a --delete --bwlimit=$((40 + seed % 4 * 20)) -e "ssh ${ssh_options[*]}" "$LAB/home/work/" \
		    "root@$OUTSIDE:$LAB/copy/" >>"$LAB/log/rsync" 2>&1
		rest 3 25
		papers_change "$LAB/home/work"
	done
	tap_stop
}

# restic_work REPOSITORY ARGUMENTS...: backups of work that changes in between.
restic_work()
{
	local restic=(in_a env RESTIC_PASSWORD=lab-only RESTIC_CACHE_DIR="$LAB/cache" restic -q --limit-upload 60
	    --limit-download 60 -r "$@")
	papers "$LAB/home/work"
	tap_start "$out"
	"${restic[@]}" init >>"$LAB/log/restic" 2>&1
	while working; do
		"${restic[@]}" backup "$LAB/home/work" >>"$LAB/log/restic" 2>&1
		rest 4 20
		[ $((RANDOM % 3)) -gt 0 ] || "${restic[@]}" forget --keep-last 2 --prune >>"$LAB/log/restic" 2>&1
		papers_change "$LAB/home/work"
	done
	tap_stop
}

session_restic_sftp() # backups, encrypted at home, by SFTP
{
	about restic ssh none - "restic openssh-client openssh-server"
	ssh_serve
	work_begin
	restic_work "sftp:root@$OUTSIDE:$LAB/backup" -o "sftp.command=ssh ${ssh_options[*]} root@$OUTSIDE -s sftp"
}

session_restic_rest() # the same to a REST server
{
	about restic https none - "restic rclone"
	lab_need restic rclone
	lab_certificate_named
	mkdir "$LAB/backup"
	in_b rclone serve restic --addr 0.0.0.0:443 --cert "$LAB/cert.pem" --key "$LAB/key.pem" "$LAB/backup" \
	    >"$LAB/log/rclone" 2>&1 &
	listening b 443
	work_begin
	restic_work "rest:https://$OUTSIDE/" --cacert "$LAB/cert.pem"
}

# A certificate that programs accept which look at addresses.
lab_certificate_named()
{
	openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=store.example.net" \
	    -addext "subjectAltName=IP:$OUTSIDE,IP:$INSIDE,DNS:store.example.net" \
	    -keyout "$LAB/key.pem" -out "$LAB/cert.pem" 2>/dev/null
	chmod 644 "$LAB/key.pem"
}

# git_work REMOTE: someone writes, commits, pushes and pulls; a colleague pushes too.
git_work()
{
	local git=(git -c user.name=casey -c user.email=casey@example.net -c core.hooksPath=/dev/null -C)
	papers "$LAB/home/work"
	in_a "${git[@]}" "$LAB/home/work" init -q -b main
	in_a "${git[@]}" "$LAB/home/work" remote add origin "$1"
	tap_start "$out"
	while working; do
		papers_change "$LAB/home/work"
		in_a "${git[@]}" "$LAB/home/work" add .
		in_a "${git[@]}" "$LAB/home/work" commit -qm "more" || true
		in_a "${git[@]}" "$LAB/home/work" push -q origin main || true
		rest 3 15
		git_colleague
		in_a "${git[@]}" "$LAB/home/work" fetch -q || true
		in_a "${git[@]}" "$LAB/home/work" merge -q -X ours -m "both" origin/main || true
		rest 5 40
	done >>"$LAB/log/git" 2>&1
	tap_stop
}

git_colleague()
{
	local git=(in_b git -c user.name=robin -c user.email=robin@example.net)
	[ -d "$LAB/robin" ] || "${git[@]}" clone -q "$LAB/work.git" "$LAB/robin"
	"${git[@]}" -C "$LAB/robin" pull -q
	head -c $((2000 + RANDOM * 2)) /dev/urandom | base64 >"$LAB/robin/robin$((RANDOM % 5)).txt"
	"${git[@]}" -C "$LAB/robin" add .
	"${git[@]}" -C "$LAB/robin" commit -qm "robin's" || true
	"${git[@]}" -C "$LAB/robin" push -q || true
}

session_git_ssh() # over one SSH connection that is kept open between commands
{
	about git ssh none - "git openssh-client openssh-server"
	ssh_serve
	work_begin
	in_b git init -q --bare -b main "$LAB/work.git"
	export GIT_SSH_COMMAND="ssh ${ssh_options[*]} -o ControlMaster=auto -o ControlPath=$LAB/control -o ControlPersist=yes"
	git_work "root@$OUTSIDE:$LAB/work.git"
}

session_git_https() # by the smart HTTP protocol
{
	about git https none - "git fcgiwrap nginx-light"
	lab_need git fcgiwrap nginx
	lab_certificate "/CN=git.example.net"
	in_b git init -q --bare -b main "$LAB/work.git"
	in_b git -C "$LAB/work.git" config http.receivepack true
	in_b fcgiwrap -s "unix:$LAB/cgi" >"$LAB/log/cgi" 2>&1 &
	mkdir -p "$LAB/nginx"
	cat >"$LAB/nginx.conf" <<-END
		daemon off; master_process off; pid $LAB/nginx/pid; error_log $LAB/log/nginx; events {}
		http {
			access_log off; client_max_body_size 100m;
			client_body_temp_path $LAB/nginx/body; proxy_temp_path $LAB/nginx/proxy;
			fastcgi_temp_path $LAB/nginx/f; uwsgi_temp_path $LAB/nginx/u; scgi_temp_path $LAB/nginx/s;
			server {
				listen 443 ssl http2; ssl_certificate $LAB/cert.pem; ssl_certificate_key $LAB/key.pem;
				location / {
					include /etc/nginx/fastcgi_params;
					fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
					fastcgi_param GIT_PROJECT_ROOT $LAB; fastcgi_param GIT_HTTP_EXPORT_ALL 1;
					fastcgi_param PATH_INFO \$uri; fastcgi_param REMOTE_USER casey;
					fastcgi_pass unix:$LAB/cgi;
				}
			}
		}
	END
	in_b nginx -c "$LAB/nginx.conf" 2>/dev/null &
	listening b 443
	work_begin
	export GIT_SSL_NO_VERIFY=1
	git_work "https://$OUTSIDE/work.git"
}

session_scp() # single files, out and in
{
	about scp ssh none - "openssh-client openssh-server"
	local n
	ssh_serve
	work_begin
	papers "$LAB/home/work"
	mkdir "$LAB/copy"
	tap_start "$out"
	while working; do
		n=$((1 + RANDOM % 24))
		in_a scp -q -l 600 "${ssh_options[@]}" "$LAB/home/work/picture$n.jpg" "$LAB/home/work/report$n.txt" \
		    "root@$OUTSIDE:$LAB/copy/"
		rest 2 12
		in_a scp -q -l 600 "${ssh_options[@]}" "root@$OUTSIDE:$LAB/copy/picture$n.jpg" "$LAB/home/"
		rest 2 20
	done
	tap_stop
}

# syncthing_end MACHINE: a node that knows only the other; sets id.
syncthing_end()
{
	local home=$LAB/sync.$1
	in_"$1" env HOME="$home" syncthing generate --home="$home" --no-default-folder >"$LAB/log/generate.$1" 2>&1
	id=$(in_"$1" env HOME="$home" syncthing --home="$home" --device-id)
	mkdir -p "$LAB/shared.$1/.stfolder"
}

# syncthing_run MACHINE OWN-ID PEER-ID PEER-ADDRESS
syncthing_run()
{
	local home=$LAB/sync.$1
	cat >"$home/config.xml" <<-END
		<configuration version="36">
		<folder id="work" path="$LAB/shared.$1" type="sendreceive" rescanIntervalS="3600" fsWatcherEnabled="true" fsWatcherDelayS="3">
		<device id="$2"></device><device id="$3"></device></folder>
		<device id="$2" name="$1"><address>dynamic</address></device>
		<device id="$3" name="peer"><address>$4</address></device>
		<gui enabled="false"></gui>
		<options><listenAddress>tcp://0.0.0.0:22000</listenAddress><globalAnnounceEnabled>false</globalAnnounceEnabled>
		<localAnnounceEnabled>false</localAnnounceEnabled><relaysEnabled>false</relaysEnabled><natEnabled>false</natEnabled>
		<maxSendKbps>80</maxSendKbps><maxRecvKbps>80</maxRecvKbps><urAccepted>-1</urAccepted><crashReportingEnabled>false</crashReportingEnabled>
		<autoUpgradeIntervalH>0</autoUpgradeIntervalH></options>
		</configuration>
	END
	in_"$1" env HOME="$home" STNOUPGRADE=1 syncthing serve --home="$home" --no-browser --no-restart >"$LAB/log/sync.$1" 2>&1 &
}

session_syncthing() # two nodes keep a folder alike; both sides change it
{
	about syncthing tls none - "syncthing"
	local a b
	lab_need syncthing
	syncthing_end a; a=$id
	syncthing_end b; b=$id
	work_begin
	tap_start "$out"
	# One dials, one listens: if both dial from their listening ports, neither gets through.
	syncthing_run b "$b" "$a" dynamic
	syncthing_run a "$a" "$b" "tcp://$OUTSIDE:22000"
	papers "$LAB/shared.a"
	while working; do
		rest 3 15
		papers_change "$LAB/shared.a"
		rest 5 30
		papers_change "$LAB/shared.b"
	done
	tap_stop
}

session_torrent() # the laptop seeds to a peer outside: small requests in, large pieces out
{
	about aria2 bittorrent none - "aria2"
	lab_need aria2c
	mkdir "$LAB/seed" "$LAB/take"
	head -c 40000000 /dev/urandom >"$LAB/seed/image.iso"
	"$python" "$here/negative_torrent.py" make "$LAB/seed/image.iso" "http://$OUTSIDE:6969/announce" "$LAB/image.torrent"
	in_b "$python" "$here/negative_torrent.py" track "$INSIDE" 6881 >"$LAB/log/tracker" 2>&1 &
	listening b 6969
	tap_start "$out"
	in_a aria2c -q --enable-dht=false --seed-ratio=0 --listen-port=6881 --max-overall-upload-limit=50K -V \
	    -d "$LAB/seed" "$LAB/image.torrent" >"$LAB/log/seed" 2>&1 &
	listening a 6881
	in_b timeout "$seconds" aria2c -q --enable-dht=false --seed-time=0 \
	    --listen-port=6882 -d "$LAB/take" "$LAB/image.torrent" >"$LAB/log/take" 2>&1 || true
	tap_stop
}

session_smb() # a person in the folders of a file server
{
	about smbclient smb3 none - "samba smbclient"
	lab_need smbd smbclient
	mkdir -p "$LAB/samba" "$LAB/share"
	work_begin
	papers "$LAB/share"
	chmod -R 777 "$LAB/share"
	cat >"$LAB/smb.conf" <<-END
		[global]
		smb ports = 445
		server role = standalone server
		server smb encrypt = required
		private dir = $LAB/samba
		lock directory = $LAB/samba
		state directory = $LAB/samba
		cache directory = $LAB/samba
		pid directory = $LAB/samba
		ncalrpc dir = $LAB/samba
		log file = $LAB/log/smbd
		[work]
		path = $LAB/share
		read only = no
	END
	printf 'lab-only\nlab-only\n' | in_b smbpasswd -c "$LAB/smb.conf" -s -a root >"$LAB/log/smbpasswd" 2>&1
	in_b smbd -F --no-process-group -s "$LAB/smb.conf" >"$LAB/log/smbd.out" 2>&1 &
	listening b 445
	tap_start "$out"
	(cd "$LAB/home" && "$python" "$here/negative_prompt.py" smb "$seed" "$seconds" |
	    in_a smbclient -U root%lab-only -m SMB3 "//$OUTSIDE/work" >"$LAB/log/smb" 2>&1) || true
	tap_stop
}
