# negative_meetings: two persons talk, and show; nobody works the other's machine.

negatives+=(call share share-voice share-chat watch voice voice-rtp)
for name in call share share-voice share-chat watch voice; do
	weight[$name]=3
done

chromium_fakes=(--use-fake-device-for-media-stream --auto-accept-camera-and-microphone-capture)

# meet INSIDE-GIVES OUTSIDE-GIVES [CARRIER]: both ends in browsers, WebRTC between them, in a tunnel or not.  Each
# gives a list of camera, microphone and screen; whoever shows a screen works on it.
meet()
{
	local url="https://meet.example.net/app/meet?kbits=$((200 + seed % 3 * 60))${meet_chat:+&chat}" far=$OUTSIDE other
	if [ -n "${3:-}" ]; then
		tunnelled "$3"
		# All but the tunnel itself goes through it; the browsers know only that way.
		in_a sh -c "ip route add $OUTSIDE dev a0; ip route replace default dev wg0"
		in_b sh -c "ip route add $INSIDE dev b0; ip route replace default dev wg0"
		chromium_fakes+=(--force-webrtc-ip-handling-policy=default_public_interface_only)
	else
		tap_start "$out"
	fi
	site_serve b
	meet_end b "$2" 127.0.0.1
	meet_end a "$1" "$far"
	surf b "meet${meet_chat:+-chat}" "$url&give=$2" &
	other=$!
	surf a meet "$url&give=$1"
	wait "$other"
	tap_stop
	grep -q 'ended \(connected\|completed\)' "$LAB/log/surf.a" || lab_fail "the meeting: $(tail -1 "$LAB/log/surf.a")"
}

# meet_end MACHINE GIVES SITE-ADDRESS
meet_end()
{
	case $2 in
	*screen*) meet_screen "$1" ;;
	*) chromium_start "$1" "$3" --headless=new "${chromium_fakes[@]}"; return ;;
	esac
	DISPLAY=$display chromium_start "$1" "$3" "${chromium_fakes[@]}" --window-position=520,380 --window-size=280,220 \
	    --auto-select-desktop-capture-source="Entire screen"
}

# meet_screen MACHINE: a screen with someone at work on it, for as long as the machine lives.  Sets display.
meet_screen()
{
	local m=$1 window
	laptop_session
	screen_start "$m" 800x600
	in_"$m" env DISPLAY="$display" "$LAB/session" >"$LAB/log/session" 2>&1 &
	lab_wait 60 in_"$m" env DISPLAY="$display" xdotool search --onlyvisible --class xterm
	window=$(in_"$m" env DISPLAY="$display" xdotool search --onlyvisible --class xterm | tail -1)
	"$python" "$here/person.py" screen "$seed" $((seconds + 30)) "$window" >"$LAB/hands"
	in_"$m" env DISPLAY="$display" xdotool "$LAB/hands" >"$LAB/log/hands" 2>&1 &
}

about_meeting()
{
	about chromium "${1:-webrtc}" none - "chromium nginx-light python3-aiohttp ${2:-}"
}

session_call() # camera and microphone both ways
{
	about_meeting
	meet camera,microphone camera,microphone
}

session_share() # the laptop's user shows a screen and works on it; the other only looks
{
	about_meeting
	meet screen ""
}

session_share_voice() # the same, and both talk
{
	about_meeting
	meet screen,microphone microphone
}

session_share_chat() # the other writes to the one who shows a screen, and points at it; both talk
{
	about_meeting
	meet_chat=yes
	meet screen,microphone microphone
}

session_watch() # the other shows a screen, both talk
{
	about_meeting
	meet microphone screen,microphone
}

session_voice() # microphones only
{
	about_meeting
	meet microphone microphone
}

# phone_end MACHINE OWN-ADDRESS PEER-ADDRESS COMMANDS...
phone_end()
{
	local m=$1 own=$2 peer=$3 folder=$LAB/phone.$1
	shift 3
	mkdir -p "$folder"
	cat >"$folder/config" <<-END
		sip_listen $own:5060
		audio_player aufile,$LAB/heard.$m.wav
		audio_source aufile,$LAB/said.wav
		ausrc_srate 48000
		ausrc_channels 2
		auplay_channels 2
		audio_alert aufile,/dev/null
		module_path /usr/lib/baresip/modules
		module g711.so
		module opus.so
		module aufile.so
		module account.so
		module menu.so
		rtp_ports 10000-10100
		call_max_calls 1
	END
	echo "<sip:$m@$own>;regint=0;answermode=auto;audio_codecs=$(((seed % 2)) && echo PCMA || echo opus/48000/2)" >"$folder/accounts"
	: >"$folder/contacts"
	in_"$m" timeout $((seconds + 20)) baresip -f "$folder" "$@" </dev/null >"$LAB/log/phone.$m" 2>&1 &
}

session_voice_rtp() # a telephone call: SIP, and RTP both ways
{
	about baresip rtp none - "baresip-core"
	lab_need baresip ffmpeg
	# As speech: syllables, and pauses between sentences.
	ffmpeg -v error -f lavfi -i "anoisesrc=a=0.3:c=pink:r=48000:seed=$seed,tremolo=f=4:d=0.9" -ac 2 \
	    -af "volume='if(lt(mod(t,$((5 + seed % 4))),3.7),1,0.01)':eval=frame" -t $((seconds + 30)) "$LAB/said.wav"
	tap_start "$out"
	phone_end b "$OUTSIDE" "$INSIDE"
	listening b 5060 u
	phone_end a "$INSIDE" "$OUTSIDE" -e "/dial sip:b@$OUTSIDE"
	sleep "$seconds"
	tap_stop
}
