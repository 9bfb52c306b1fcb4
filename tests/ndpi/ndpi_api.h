/*
 * The calls of nDPI that farhand's adapter makes, as each version declares them.
 *
 * Newer versions are in no Debian release; this lets the compiler check the
 * adapter's arms for them:  cc -DNDPI_MAJOR=5 -DNDPI_MINOR=0 -Itests/ndpi -fsyntax-only
 * It shows that the arms fit these declarations, not that nDPI behaves.  Source: the
 * header of each release, and the release notes of 5.0.
 */
#ifndef FARHAND_TEST_NDPI_API_H
#define FARHAND_TEST_NDPI_API_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#define SINCE(major, minor)                                                                        \
	(NDPI_MAJOR > (major) || (NDPI_MAJOR == (major) && NDPI_MINOR >= (minor)))

enum {
	NDPI_PROTOCOL_UNKNOWN = 0,
	NDPI_PROTOCOL_HTTP = 7,
	NDPI_PROTOCOL_STUN = 78,
	NDPI_PROTOCOL_RDP = 88,
	NDPI_PROTOCOL_TLS = 91,
	NDPI_PROTOCOL_QUIC = 188
};
typedef enum { NDPI_CONFIDENCE_UNKNOWN = 0, NDPI_CONFIDENCE_DPI = 6 } ndpi_confidence_t;

struct ndpi_detection_module_struct;
struct ndpi_flow_input_info;

#if !SINCE(4, 4)
typedef struct message {
	u_int8_t *buffer;
	u_int buffer_len, buffer_used;
} message_t;
void *ndpi_realloc(void *ptr, size_t old_size, size_t new_size);
void ndpi_free(void *ptr);
#endif

struct ndpi_flow_struct {
	ndpi_confidence_t confidence;
#if !SINCE(4, 4)
	struct {
		struct {
			struct {
				message_t message;
			} tls;
		} tcp;
	} l4;
#endif
};

#if SINCE(4, 11)
typedef struct {
	u_int16_t master_protocol, app_protocol;
} ndpi_master_app_protocol;
typedef struct {
	ndpi_master_app_protocol proto;
	int category;
} ndpi_protocol;
u_int16_t ndpi_get_lower_proto(ndpi_master_app_protocol proto);
u_int16_t ndpi_get_upper_proto(ndpi_master_app_protocol proto);
#else
typedef struct {
	u_int16_t master_protocol, app_protocol;
	int category;
} ndpi_protocol;
u_int16_t ndpi_get_lower_proto(ndpi_protocol proto);
u_int16_t ndpi_get_upper_proto(ndpi_protocol proto);
#endif

#if SINCE(4, 10)
struct ndpi_global_context;
struct ndpi_detection_module_struct *ndpi_init_detection_module(struct ndpi_global_context *g);
int ndpi_finalize_initialization(struct ndpi_detection_module_struct *m);
#else
typedef enum { ndpi_no_prefs = 0, ndpi_dont_load_tor_hosts = 1 } ndpi_init_prefs;
struct ndpi_detection_module_struct *ndpi_init_detection_module(ndpi_init_prefs prefs);
void ndpi_finalize_initialization(struct ndpi_detection_module_struct *m);
#endif

#if !SINCE(5, 0)
typedef struct {
	uint32_t bits[16];
} NDPI_PROTOCOL_BITMASK;
#define NDPI_BITMASK_SET_ALL(b) ((b) = (NDPI_PROTOCOL_BITMASK){ { 0xffffffff } })
#if SINCE(4, 10)
int ndpi_set_protocol_detection_bitmask2(
    struct ndpi_detection_module_struct *m, const NDPI_PROTOCOL_BITMASK *b);
#else
void ndpi_set_protocol_detection_bitmask2(
    struct ndpi_detection_module_struct *m, const NDPI_PROTOCOL_BITMASK *b);
#endif
#endif

#if SINCE(4, 11)
ndpi_protocol ndpi_detection_process_packet(struct ndpi_detection_module_struct *m,
    struct ndpi_flow_struct *flow, const unsigned char *packet, const unsigned short n,
    const u_int64_t at_ms, struct ndpi_flow_input_info *info);
#elif SINCE(4, 6)
ndpi_protocol ndpi_detection_process_packet(struct ndpi_detection_module_struct *m,
    struct ndpi_flow_struct *flow, const unsigned char *packet, const unsigned short n,
    const u_int64_t at_ms, const struct ndpi_flow_input_info *info);
#else
ndpi_protocol ndpi_detection_process_packet(struct ndpi_detection_module_struct *m,
    struct ndpi_flow_struct *flow, const unsigned char *packet, const unsigned short n,
    const u_int64_t at_ms);
#endif

#if SINCE(5, 0)
ndpi_protocol ndpi_detection_giveup(
    struct ndpi_detection_module_struct *m, struct ndpi_flow_struct *flow);
#elif SINCE(4, 10)
ndpi_protocol ndpi_detection_giveup(
    struct ndpi_detection_module_struct *m, struct ndpi_flow_struct *flow, u_int8_t *guessed);
#else
ndpi_protocol ndpi_detection_giveup(struct ndpi_detection_module_struct *m,
    struct ndpi_flow_struct *flow, u_int8_t guess, u_int8_t *guessed);
#endif

typedef struct {
	u_int16_t protocol_id;
	int protocol_category, protocol_breed;
} ndpi_protocol_match_result;
int ndpi_match_string_subprotocol(
    struct ndpi_detection_module_struct *m, char *name, u_int n, ndpi_protocol_match_result *match);

void ndpi_exit_detection_module(struct ndpi_detection_module_struct *m);
u_int32_t ndpi_detection_get_sizeof_ndpi_flow_struct(void);
char *ndpi_get_proto_name(struct ndpi_detection_module_struct *m, u_int16_t id);
char *ndpi_revision(void);
void ndpi_free_flow_data(struct ndpi_flow_struct *flow);

#endif
