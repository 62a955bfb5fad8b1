#!/usr/bin/env bash
# Compares Fairlead with other balancers and with no balancer: everything on one core, measured in turn. --help explains.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")

usage() {
    cat <<'HELP'
usage: bench/compare.sh [options]

Measures what a balancer adds to a WebSocket round trip. The load client, one echo backend and each balancer are processes of
their own, all pinned to one core, so that with a closed loop that never lets the core rest a round trip's time is the total
CPU time it takes. All subjects are warmed up, then measured in turn, round after round: A B C, B C A, C A B. A subject's
share is its time less the direct connection's of the same round; ratios are of shares of the same round.

  --rounds N        rounds (7)
  --seconds S       seconds for each subject in each round (4)
  --warmup S        seconds of load on each subject first, for the JIT compilers (10)
  --sizes LIST      rigs of messages, as BYTESxCONNECTIONS ("64x100 131072x20"); "" for none
  --churn N         connect + upgrade + close, so many at a time (20); 0 for none
  --subjects LIST   of direct nginx nginx-256k haproxy fairlead core core-untracked core-read-256k
                    ("direct nginx nginx-256k haproxy fairlead"); peers that are not installed are named and left out
  --reference NAME  whose share the others' are divided by (nginx)
  --flags FLAGS     JVM flags of Fairlead ("-XX:+UseSerialGC -XX:AutoBoxCacheMax=65536")
  --variant NAME=FLAGS  one more Fairlead with other JVM flags; repeatable
  --jar NAME=PATH   one more Fairlead from another fairlead.jar, for a change's before and after in one run; repeatable
  --java PATH       the java to run Fairlead with (java); the client and the backend always run with the first in PATH
  --core N          the core (the last one)
  --base-port N     first of the ports used (21000)
  --save            keep the results in perf-results/<date>-<commit>-<machine>/; see perf-results/README.md
  --help

  core is the forwarding core without edge's process around it, core-untracked the same without frame tracking,
  core-read-256k with a read buffer (and so slabs) of 256 KiB instead of 64.

It needs a build: mvn -B -DskipTests package
HELP
}

rounds=7
seconds=4
warmup=10
sizes="64x100 131072x20"
churn=20
subjects="direct nginx nginx-256k haproxy fairlead"
reference=nginx
# UseSerialGC: one core, one thread that allocates nothing per message; a JVM that sees one core takes it anyway.
# AutoBoxCacheMax: java.nio boxes an Integer for each event of a descriptor above 127.
fairlead_flags="-XX:+UseSerialGC -XX:AutoBoxCacheMax=65536"
fairlead_java=java
core=$(($(nproc --all) - 1))
base_port=21000
save=false
declare -A variants=() jars=()
command_line="bench/compare.sh${*:+$(printf ' %q' "$@")}"

while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2; shift ;;
        --seconds) seconds=$2; shift ;;
        --warmup) warmup=$2; shift ;;
        --sizes) sizes=$2; shift ;;
        --churn) churn=$2; shift ;;
        --subjects) subjects=$2; shift ;;
        --reference) reference=$2; shift ;;
        --flags) fairlead_flags=$2; shift ;;
        --variant) variants[${2%%=*}]=${2#*=}; subjects="$subjects ${2%%=*}"; shift ;;
        --jar) jars[${2%%=*}]=${2#*=}; subjects="$subjects ${2%%=*}"; shift ;;
        --java) fairlead_java=$2; shift ;;
        --core) core=$2; shift ;;
        --base-port) base_port=$2; shift ;;
        --save) save=true ;;
        --help) usage; exit 0 ;;
        *) echo "compare.sh: unknown option $1 (--help explains)" >&2; exit 2 ;;
    esac
    shift
done

fairlead_jar=$root/edge/target/fairlead.jar
echo_jar=$root/echo/target/echo.jar
bench_jar=$root/bench/target/benchmarks.jar
for jar in "$fairlead_jar" "$echo_jar" "$bench_jar"; do
    [ -f "$jar" ] || { echo "compare.sh: $jar is missing: mvn -B -DskipTests package" >&2; exit 1; }
done

dir=$(mktemp -d)
pids=()
stop_all() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$dir"
}
trap stop_all EXIT
trap 'exit 130' INT TERM

# start NAME PORT COMMAND...: in the background, on the core; returns when the port is listened on.
start() {
    local name=$1 port=$2
    shift 2
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        echo "compare.sh: something listens on port $port already; choose another --base-port" >&2
        exit 1
    fi
    taskset -c "$core" "$@" >"$dir/$name.log" 2>&1 &
    started=$!
    pids+=("$started")
    for _ in $(seq 200); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
        kill -0 "$started" 2>/dev/null || break
        sleep 0.1
    done
    echo "compare.sh: $name did not start:" >&2
    cat "$dir/$name.log" >&2
    exit 1
}

fill() {
    sed -e "s|@PORT@|$2|; s|@BACKEND_PORT@|$echo_port|; s|@DIR@|$dir/$3|; s|@BUFFER@|${4:-}|; s|@LOAD_MODULE@|${5:-}|" "$1"
}

nginx_load_module() {
    local built path
    built=$(nginx -V 2>&1)
    [[ $built == *--with-stream=dynamic* ]] || return 0
    path=$(tr ' ' '\n' <<<"$built" | sed -n 's/^--modules-path=//p')/ngx_stream_module.so
    [ -f "$path" ] && echo "load_module $path;"
}

start_nginx() {
    local name=$1 port=$2 buffer=$3 module
    command -v nginx >/dev/null && module=$(nginx_load_module) || return 1
    mkdir -p "$dir/$name"
    fill "$here/peers/nginx-stream.conf" "$port" "$name" "$buffer" "$module" >"$dir/$name/nginx.conf"
    start "$name" "$port" nginx -p "$dir/$name" -e "$dir/$name/error.log" -c "$dir/$name/nginx.conf"
    # The worker has listened before the port answered, unless the master did it: then it is about to come.
    local worker=
    while [ -z "$worker" ]; do worker=$(pgrep -P "$started" || true); done
    started=$started,${worker//[[:space:]]/,}
}

start_haproxy() {
    local name=$1 port=$2
    command -v haproxy >/dev/null || return 1
    mkdir -p "$dir/$name"
    fill "$here/peers/haproxy-tcp.cfg" "$port" "$name" >"$dir/$name/haproxy.cfg"
    # -db: in the foreground, one process.
    start "$name" "$port" haproxy -db -f "$dir/$name/haproxy.cfg"
}

start_fairlead() {
    # shellcheck disable=SC2086
    start "$1" "$2" "$fairlead_java" $3 -jar "$4" run \
        --listen "127.0.0.1:$2" --backend "name=b1,127.0.0.1:$echo_port"
}

start_core() {
    local name=$1 port=$2
    shift 2
    # shellcheck disable=SC2086
    start "$name" "$port" "$fairlead_java" $fairlead_flags --add-exports java.base/jdk.internal.misc=ALL-UNNAMED \
        -cp "$bench_jar" io.fairlead.bench.load.LoadMain balancer \
        --listen "$name=127.0.0.1:$port" --backend "b1=127.0.0.1:$echo_port" "$@"
}

echo_port=$base_port
# The same two flags as Fairlead's, for the same reasons.
start echo "$echo_port" java -XX:+UseSerialGC -XX:AutoBoxCacheMax=65536 -jar "$echo_jar" --port "$echo_port" --name b1
echo_pid=$started

targets=()
present=()
port=$base_port
for subject in $subjects; do
    port=$((port + 1))
    started=
    case $subject in
        direct) port_of=$echo_port ;;
        nginx) start_nginx nginx "$port" 16k || { echo "nginx with its stream module is not installed: left out"; continue; } ;;
        nginx-256k) start_nginx nginx-256k "$port" 256k || { echo "nginx with its stream module is not installed: left out"; continue; } ;;
        haproxy) start_haproxy haproxy "$port" || { echo "haproxy is not installed: left out"; continue; } ;;
        fairlead) start_fairlead fairlead "$port" "$fairlead_flags" "$fairlead_jar" ;;
        core) start_core core "$port" ;;
        core-untracked) start_core core-untracked "$port" --frame-tracking false ;;
        core-read-256k) start_core core-read-256k "$port" --read-buffer 262144 ;;
        *)
            if [ -n "${variants[$subject]+set}" ]; then
                start_fairlead "$subject" "$port" "${variants[$subject]}" "$fairlead_jar"
            elif [ -n "${jars[$subject]+set}" ]; then
                start_fairlead "$subject" "$port" "$fairlead_flags" "${jars[$subject]}"
            else
                echo "compare.sh: unknown subject $subject (--help explains)" >&2
                exit 2
            fi
            ;;
    esac
    [ "$subject" = direct ] || port_of=$port
    present+=("$subject")
    targets+=(--target "$subject=127.0.0.1:$port_of${started:+@$started}")
done

environment() {
    echo "date: $(date -u +%Y-%m-%dT%H:%M:%SZ)"
    echo "commit: $commit"
    echo "command: $command_line"
    echo "subjects: ${present[*]}"
    echo "cpu: $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | sed -n 1p), $(nproc --all) cores, all pinned to core $core"
    echo "kernel: $(uname -srm)"
    echo "memory: $(sed -n 's/^MemTotal: *//p' /proc/meminfo)"
    echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
    echo "descriptors: $(ulimit -n)"
    echo "tcp: $(cat /proc/sys/net/ipv4/tcp_congestion_control 2>/dev/null), wmem $(cat /proc/sys/net/ipv4/tcp_wmem | tr "\t" " "), rmem $(cat /proc/sys/net/ipv4/tcp_rmem | tr "\t" " ")"
    echo "jdk of client and backend: $(java -version 2>&1 | paste -sd';')"
    echo "jdk of fairlead: $("$fairlead_java" -version 2>&1 | paste -sd';')"
    echo "flags of fairlead: $fairlead_flags"
    for variant in "${!variants[@]}"; do echo "flags of $variant: ${variants[$variant]}"; done
    for jar in "${!jars[@]}"; do echo "jar of $jar: ${jars[$jar]##*/}, sha256 $(sha256sum "${jars[$jar]}" | cut -c1-16)"; done
    command -v nginx >/dev/null && nginx -v 2>&1
    command -v haproxy >/dev/null && haproxy -v | sed -n 1p
    return 0
}

commit=$(git -C "$root" rev-parse --short HEAD)
[ -z "$(git -C "$root" status --porcelain -- '*.java' '*.xml' '*.sh' 2>/dev/null)" ] || commit=$commit-dirty
environment >"$dir/environment.txt"
cat "$dir/environment.txt"

load() {
    taskset -c "$core" java -XX:+UseSerialGC -XX:AutoBoxCacheMax=65536 -cp "$bench_jar" io.fairlead.bench.load.LoadMain "$@" \
        "${targets[@]}" --echo-pid "$echo_pid" --rounds "$rounds" --seconds "$seconds" --warmup "$warmup" \
        --reference "$reference" --csv "$dir/samples.csv" --summary "$dir/tables.md" || failed=true
}

failed=false
: >"$dir/tables.md"
for size in $sizes; do
    load rtt --size "${size%x*}" --connections "${size#*x}"
done
[ "$churn" = 0 ] || load churn --connections "$churn"

summary() {
    echo "# Comparison on one core, $(sed -n 's/^date: //p' "$dir/environment.txt"), $commit"
    echo
    echo "Medians of $rounds rounds of $seconds s each (least–most). Compare within this page alone."
    cat "$dir/tables.md"
    echo
    echo '```'
    cat "$dir/environment.txt"
    echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
    echo '```'
}
summary >"$dir/summary.md"

if $save; then
    machine=$(uname -m)-$(nproc --all)cpu
    results=$root/perf-results/$(date -u +%Y-%m-%d)-$commit-$machine
    number=2
    while [ -e "$results" ]; do
        results=${results%.[0-9]*}.$number
        number=$((number + 1))
    done
    mkdir -p "$results"
    cp "$dir/samples.csv" "$dir/environment.txt" "$dir/summary.md" "$results"
    echo "saved in ${results#"$root"/}"
fi
if $failed; then
    echo "compare.sh: there were errors: these results do not count" >&2
    exit 1
fi
