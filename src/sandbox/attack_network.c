#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "sandbox/attack.h"

static bool connects(int family, int kind, const void *address, socklen_t size)
{
    int fd = socket(family, kind | SOCK_CLOEXEC, 0);

    return fd >= 0 && connect(fd, address, size) == 0 && send(fd, "x", 1, MSG_NOSIGNAL) == 1;
}

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
}

static bool tcp(const struct attack_target *target)
{
    struct sockaddr_in address = loopback(target->port);

    return connects(AF_INET, SOCK_STREAM, &address, sizeof(address));
}

static bool udp(const struct attack_target *target)
{
    struct sockaddr_in address = loopback(target->port);

    return connects(AF_INET, SOCK_DGRAM, &address, sizeof(address));
}

static bool listens(const struct attack_target *target)
{
    struct sockaddr_in address = loopback(0);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    return fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
           listen(fd, 1) == 0;
}

static bool unix_path(const struct attack_target *target)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", target->socket);
    return connects(AF_UNIX, SOCK_STREAM, &address, sizeof(address));
}

static bool unix_abstract(const struct attack_target *target)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = strlen(target->abstract);

    if (size + 1 > sizeof(address.sun_path)) {
        return false;
    }
    memcpy(address.sun_path + 1, target->abstract, size);
    return connects(AF_UNIX, SOCK_STREAM, &address,
                    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + size));
}

static bool netlink(const struct attack_target *target)
{
    return socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) >= 0;
}

static bool raw(const struct attack_target *target)
{
    return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0;
}

static bool packet(const struct attack_target *target)
{
    return socket(AF_PACKET, SOCK_RAW, 0) >= 0;
}

static bool machine(const struct attack_target *target)
{
    struct sockaddr_vm address = {
        .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_HOST, .svm_port = 1024};

    return connects(AF_VSOCK, SOCK_STREAM, &address, sizeof(address)) ||
           socket(AF_VSOCK, SOCK_STREAM, 0) >= 0;
}

static bool crypto(const struct attack_target *target)
{
    return socket(38 /* AF_ALG */, SOCK_SEQPACKET, 0) >= 0;
}

static bool six(const struct attack_target *target)
{
    return socket(AF_INET6, SOCK_STREAM, 0) >= 0;
}

static bool pair_of_other_kind(const struct attack_target *target)
{
    int pair[2];

    return socketpair(30 /* AF_TIPC */, SOCK_SEQPACKET, 0, pair) == 0;
}

static const struct attempt attempts[] = {
    {.name = "tcp-loopback", .aim = "reach a TCP server of the machine", .run = tcp},
    {.name = "udp-loopback", .aim = "send a datagram to the machine", .run = udp},
    {.name = "tcp-listen", .aim = "offer a TCP server", .run = listens},
    {.name = "tcp-six", .aim = "make an IPv6 socket", .run = six},
    {.name = "unix-path", .aim = "reach a local socket by its path", .run = unix_path},
    {.name = "unix-abstract", .aim = "reach an abstract local socket", .run = unix_abstract},
    {.name = "netlink", .aim = "talk to the kernel's network tables", .run = netlink},
    {.name = "raw-socket", .aim = "make a raw socket", .run = raw},
    {.name = "packet-socket", .aim = "make a packet socket", .run = packet},
    {.name = "vsock", .aim = "reach the machine's host", .run = machine},
    {.name = "kernel-crypto", .aim = "reach the kernel's crypto sockets", .run = crypto},
    {.name = "tipc-pair", .aim = "make sockets of an odd family", .run = pair_of_other_kind},
};

struct attempts attack_network(void)
{
    return (struct attempts){.at = attempts, .count = COUNT(attempts)};
}
