/* A stand-in for libnvidia-ml.so.1: healthy cards, and the faults that the file
   named by FAKE_NVML asks for. The file is read at every call, so that a test can
   change its mind while the library is loaded. Lines of the file:

     cards N        how many cards are listed (2)
     init CODE      nvmlInit fails
     card I CODE    every question to card I fails
     hang I         questions to card I never come back
     mig I          card I is cut into two slices
     only NAME      the function that ends in NAME is not supported              */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void *Card;
typedef unsigned u;
typedef unsigned long long u64;

static int setting(const char *key, int index, int otherwise) {
    const char *path = getenv("FAKE_NVML");
    FILE *file = path ? fopen(path, "r") : 0;
    char line[128], word[64];
    int a, b, found = otherwise;
    while (file && fgets(line, sizeof line, file)) {
        int n = sscanf(line, "%63s %d %d", word, &a, &b);
        if (n >= 2 && !strcmp(word, key)) {
            if (index < 0) found = a;
            else if (a == index) found = n == 3 ? b : 1;
        }
    }
    if (file) fclose(file);
    return found;
}

static int unsupported(const char *name) {
    const char *path = getenv("FAKE_NVML");
    FILE *file = path ? fopen(path, "r") : 0;
    char line[128], word[64];
    int found = 0;
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "only %63s", word) == 1 && strstr(name, word)) found = 1;
    if (file) fclose(file);
    return found;
}

static int index_of(Card card) { return (int)(size_t)card % 100 - 1; }
static int slice_of(Card card) { return (int)(size_t)card / 100; }

static int state(Card card, const char *name) {
    int index = index_of(card), code;
    while (setting("hang", index, 0)) usleep(50000);
    if ((code = setting("card", index, 0))) return code;
    return unsupported(name) ? 3 : 0;
}

#define ASK(card) { int code = state(card, __func__); if (code) return code; }
#define WHOLE(card) { ASK(card) if (slice_of(card)) return 3; }

int nvmlInitWithFlags(u flags) { (void)flags; return setting("init", -1, 0); }
int nvmlInit_v2(void) { return setting("init", -1, 0); }
int nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(int code) { (void)code; return "fake"; }
int nvmlSystemGetDriverVersion(char *to, u n) { snprintf(to, n, "580.95.05"); return 0; }
int nvmlDeviceGetCount_v2(u *count) { *count = setting("cards", -1, 2); return 0; }
int nvmlDeviceGetHandleByIndex_v2(u index, Card *card) {
    int code = setting("handle", index, 0);
    *card = (Card)(size_t)(index + 1);
    return code;
}
int nvmlDeviceGetUUID(Card card, char *to, u n) {
    ASK(card)
    snprintf(to, n, "%s-fake-%d%d", slice_of(card) ? "MIG" : "GPU", index_of(card),
             slice_of(card));
    return 0;
}
int nvmlDeviceGetName(Card card, char *to, u n) {
    ASK(card)
    snprintf(to, n, "Fake RTX %d090%s", index_of(card) + 4,
             slice_of(card) ? " MIG 1g.5gb" : "");
    return 0;
}
struct Pci { char old[16]; u domain, bus, device, id, sub; char text[32]; };
int nvmlDeviceGetPciInfo_v3(Card card, struct Pci *to) {
    ASK(card)
    memset(to, 0, sizeof *to);
    snprintf(to->text, sizeof to->text, "00000000:0%d:00.0", index_of(card) + 1);
    return 0;
}
struct Memory { u64 total, free, used; };
struct Memory2 { u version; u64 total, reserved, free, used; };
int nvmlDeviceGetMemoryInfo(Card card, struct Memory *to) {
    ASK(card)
    if (setting("mig", index_of(card), 0) && !slice_of(card)) return 3;
    to->total = 24ull << 30; to->used = 9ull << 30; to->free = 15ull << 30;
    return 0;
}
int nvmlDeviceGetMemoryInfo_v2(Card card, struct Memory2 *to) {
    ASK(card)
    if (setting("mig", index_of(card), 0) && !slice_of(card)) return 3;
    to->total = 24ull << 30; to->reserved = 1ull << 30; to->used = 8ull << 30;
    to->free = 15ull << 30;
    return 0;
}
struct Load { u gpu, memory; };
int nvmlDeviceGetUtilizationRates(Card card, struct Load *to) {
    WHOLE(card)
    if (setting("mig", index_of(card), 0)) return 3;
    to->gpu = 71; to->memory = 33;
    return 0;
}
int nvmlDeviceGetTemperature(Card card, u sensor, u *to) {
    WHOLE(card) (void)sensor; *to = 64; return 0;
}
int nvmlDeviceGetPowerUsage(Card card, u *to) { WHOLE(card) *to = 312500; return 0; }
int nvmlDeviceGetEnforcedPowerLimit(Card card, u *to) { WHOLE(card) *to = 450000; return 0; }
int nvmlDeviceGetClockInfo(Card card, u type, u *to) {
    WHOLE(card) *to = type == 2 ? 10501 : 2520; return 0;
}
int nvmlDeviceGetFanSpeed(Card card, u *to) { WHOLE(card) *to = 40; return 0; }
int nvmlDeviceGetCurrPcieLinkGeneration(Card card, u *to) { WHOLE(card) *to = 4; return 0; }
int nvmlDeviceGetCurrPcieLinkWidth(Card card, u *to) { WHOLE(card) *to = 16; return 0; }
int nvmlDeviceGetTotalEccErrors(Card card, u type, u counter, u64 *to) {
    WHOLE(card) (void)type; (void)counter; *to = 2; return 0;
}
int nvmlDeviceGetCurrentClocksThrottleReasons(Card card, u64 *to) {
    WHOLE(card) *to = 0x21 | 0x4; return 0;
}
struct Process { u pid; u64 memory; u gi, ci; };
int nvmlDeviceGetComputeRunningProcesses_v3(Card card, u *count, struct Process *to) {
    u room = *count;
    ASK(card)
    *count = 2;
    if (room < 2 || !to) return 7;
    to[0] = (struct Process){4711, 6ull << 30, 0, 0};
    to[1] = (struct Process){4712, (u64)-1, 0, 0};
    return 0;
}
int nvmlDeviceGetGraphicsRunningProcesses_v3(Card card, u *count, struct Process *to) {
    ASK(card) (void)to; *count = 0; return 0;
}
int nvmlDeviceGetMigMode(Card card, u *now, u *later) {
    ASK(card)
    *now = *later = setting("mig", index_of(card), 0);
    return 0;
}
int nvmlDeviceGetMaxMigDeviceCount(Card card, u *to) { ASK(card) *to = 7; return 0; }
int nvmlDeviceGetMigDeviceHandleByIndex(Card card, u number, Card *to) {
    ASK(card)
    if (number > 1) return 6;
    *to = (Card)((size_t)card + 100 * (number + 1));
    return 0;
}
