/*
 * wifi: data frames of 802.11 that are not encrypted [IEEE 802.11-2020, 9.3.2].
 *
 *   control 2 | duration 2 | addr1 6 | addr2 6 | addr3 6 | sequence 2
 *   | addr4 6 between stations | qos 2 | HT control 4 | LLC ...
 *
 * Radiotap [radiotap.org] comes before it: 0 | pad | length 2 | present 4 ...
 */
#include "wire/wire.h"

enum {
	FC_VERSION = 0x0003,
	FC_TYPE = 0x000c,
	FC_DATA = 0x0008,
	FC_NO_DATA = 0x0040,
	FC_QOS = 0x0080,
	FC_TO_DS = 0x0100,
	FC_FROM_DS = 0x0200,
	FC_MORE = 0x0400,
	FC_PROTECTED = 0x4000,
	FC_ORDER = 0x8000,
	QOS_AMSDU = 0x0080
};

/* Whose frame it is: the addresses' meaning depends on who passes it on. */
static void
note_macs(struct packet *out, uint16_t fc, const struct view addr[4])
{
	static const uint8_t source_at[4] = { 1, 1, 2, 3 }, target_at[4] = { 0, 2, 0, 2 };
	const unsigned ds = ((fc & FC_TO_DS) != 0) | (unsigned)((fc & FC_FROM_DS) != 0) << 1;

	memcpy(out->mac[0].b, addr[source_at[ds]].p, 6);
	memcpy(out->mac[1].b, addr[target_at[ds]].p, 6);
}

enum decode_count
wifi_read(struct walk *w, bool padded)
{
	struct view *v = &w->at, addr[4] = { 0 };
	const size_t before = v->n;
	const uint16_t fc = view_le16(v);
	uint16_t sequence, qos = 0;

	if (v->bad)
		return DECODE_SHORT;
	if ((fc & FC_VERSION) != 0)
		return DECODE_BAD_HEADER;
	if ((fc & FC_TYPE) != FC_DATA || (fc & (FC_NO_DATA | FC_MORE | FC_PROTECTED)) != 0)
		return DECODE_NOT_IP;
	view_skip(v, 2);
	for (int i = 0; i < 3; i++)
		addr[i] = view_take(v, 6);
	sequence = view_le16(v);
	if ((fc & FC_TO_DS) != 0 && (fc & FC_FROM_DS) != 0)
		addr[3] = view_take(v, 6);
	if ((fc & FC_QOS) != 0)
		qos = view_le16(v);
	if ((fc & FC_QOS) != 0 && (fc & FC_ORDER) != 0)
		view_skip(v, 4);
	if (padded)
		view_skip(v, -(before - v->n) & 3);
	if (v->bad)
		return DECODE_SHORT;
	if ((sequence & 0x000f) != 0 || (qos & QOS_AMSDU) != 0)
		return DECODE_NOT_IP;
	note_macs(w->out, fc, addr);
	return llc_read(w);
}

enum decode_count
radiotap_read(struct walk *w)
{
	enum { HAS_TIME = 1, HAS_FLAGS = 2, HAS_MORE = 1u << 31, FLAG_PADDED = 0x20 };
	struct view v = w->at, head;
	uint32_t present, word;
	uint16_t length;
	size_t before;
	uint8_t flags;

	view_skip(&v, 2);
	length = view_le16(&v);
	head = view_take(&w->at, length);
	if (v.bad || head.bad)
		return DECODE_SHORT;
	before = head.n;
	view_skip(&head, 4);
	present = word = view_le32(&head);
	while ((word & HAS_MORE) != 0)
		word = view_le32(&head);
	if ((present & HAS_TIME) != 0) {
		view_skip(&head, -(before - head.n) & 7);
		view_skip(&head, 8);
	}
	flags = (present & HAS_FLAGS) != 0 ? view_u8(&head) : 0;
	if (head.bad)
		return DECODE_BAD_HEADER;
	return wifi_read(w, (flags & FLAG_PADDED) != 0);
}
