#!/usr/bin/env bash
# What an idle WebSocket costs Fairlead's process in memory. --help explains.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")

usage() {
    cat <<'HELP'
usage: bench/idle.sh [options]

Opens herds of idle WebSockets through Fairlead and looks at its process after each step. Clients and backend are processes of
their own. The heap is fixed and touched in advance (-Xms = -Xmx, AlwaysPreTouch), so that what the process grows by is what
connections cost outside the heap: tables, slabs, and the JDK itself. The heap is looked at after a full collection. At the end
every WebSocket sends a message and has to get its echo.

  --herds LIST      sizes, in ascending order (3000,6000,9500); a connection takes two descriptors of Fairlead's process
  --heap SIZE       Fairlead's heap (128m)
  --flags FLAGS     more JVM flags of Fairlead ("")
  --java PATH       the java to run Fairlead with (java)
  --base-port N     first of the two ports used (22000)
  --save            keep the results in perf-results/<date>-<commit>-<machine>-idle/
  --help

It needs a build: mvn -B -DskipTests package
HELP
}

herds=3000,6000,9500
heap=128m
flags=
fairlead_java=java
base_port=22000
save=false
command_line="bench/idle.sh${*:+$(printf ' %q' "$@")}"

while [ $# -gt 0 ]; do
    case $1 in
        --herds) herds=$2; shift ;;
        --heap) heap=$2; shift ;;
        --flags) flags=$2; shift ;;
        --java) fairlead_java=$2; shift ;;
        --base-port) base_port=$2; shift ;;
        --save) save=true ;;
        --help) usage; exit 0 ;;
        *) echo "idle.sh: unknown option $1 (--help explains)" >&2; exit 2 ;;
    esac
    shift
done

fairlead_jar=$root/edge/target/fairlead.jar
echo_jar=$root/echo/target/echo.jar
bench_jar=$root/bench/target/benchmarks.jar
for jar in "$fairlead_jar" "$echo_jar" "$bench_jar"; do
    [ -f "$jar" ] || { echo "idle.sh: $jar is missing: mvn -B -DskipTests package" >&2; exit 1; }
done
most=${herds##*,}
if [ "$(ulimit -n)" != unlimited ] && [ $((2 * most + 300)) -gt "$(ulimit -n)" ]; then
    echo "idle.sh: $most WebSockets need $((2 * most + 300)) descriptors, the limit is $(ulimit -n): lower --herds" >&2
    exit 1
fi

dir=$(mktemp -d)
pids=()
stop_all() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$dir"
}
trap stop_all EXIT
trap 'exit 130' INT TERM

start() {
    local name=$1 port=$2
    shift 2
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        echo "idle.sh: something listens on port $port already; choose another --base-port" >&2
        exit 1
    fi
    "$@" >"$dir/$name.log" 2>&1 &
    started=$!
    pids+=("$started")
    for _ in $(seq 200); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
        kill -0 "$started" 2>/dev/null || break
        sleep 0.1
    done
    echo "idle.sh: $name did not start:" >&2
    cat "$dir/$name.log" >&2
    exit 1
}

jcmd=$(dirname "$(readlink -f "$(command -v "$fairlead_java")")")/jcmd
echo_port=$base_port
port=$((base_port + 1))
start echo "$echo_port" java -XX:+UseSerialGC -jar "$echo_jar" --port "$echo_port" --name b1
# UseSerialGC: the smallest of the collectors outside the heap, and 128 MiB is nothing to it.
fairlead_flags="-XX:+UseSerialGC -Xms$heap -Xmx$heap -XX:+AlwaysPreTouch -XX:AutoBoxCacheMax=65536"
# NativeMemoryTracking: how much direct memory there is; it costs some memory itself.
fairlead_flags="$fairlead_flags -XX:NativeMemoryTracking=summary${flags:+ $flags}"
# shellcheck disable=SC2086
start fairlead "$port" "$fairlead_java" $fairlead_flags -jar "$fairlead_jar" run \
    --listen "127.0.0.1:$port" --backend "name=b1,127.0.0.1:$echo_port"
fairlead=$started

csv=$dir/idle.csv
echo "websockets,descriptors,rss_kib,pss_kib,heap_used_kib,metaspace_used_kib,direct_kib" >"$csv"

rollup() { sed -n "s/^$1: *\([0-9]*\) kB/\1/p" "/proc/$fairlead/smaps_rollup"; }

# look COUNT: a line of what the process takes now, after two full collections.
look() {
    "$jcmd" "$fairlead" GC.run >/dev/null
    "$jcmd" "$fairlead" GC.run >/dev/null
    local info heap_used metaspace direct
    info=$("$jcmd" "$fairlead" GC.heap_info)
    heap_used=$(sed -n 's/.*\(def new\|tenured\|garbage-first\) .* used \([0-9]*\)K.*/\2/p' <<<"$info" \
        | awk '{ sum += $1 } END { print sum }')
    metaspace=$(sed -n 's/.*Metaspace *used \([0-9]*\)K.*/\1/p' <<<"$info")
    # The JDK books direct buffers under Other.
    direct=$("$jcmd" "$fairlead" VM.native_memory summary scale=KB | sed -n 's/^- *Other .*committed=\([0-9]*\)KB.*/\1/p')
    echo "$1,$(ls "/proc/$fairlead/fd" | wc -l),$(rollup Rss),$(rollup Pss),$heap_used,$metaspace,$direct" | tee -a "$csv"
}

mkfifo "$dir/go" "$dir/told"
java -XX:+UseSerialGC -XX:AutoBoxCacheMax=65536 -cp "$bench_jar" io.fairlead.bench.load.LoadMain idle \
    --target "fairlead=127.0.0.1:$port" --herds "1,$herds" <"$dir/go" >"$dir/told" 2>"$dir/client.log" &
client=$!
pids+=("$client")
exec 8>"$dir/go" 9<"$dir/told"

alive=0
head -1 "$csv"
while read -r word count <&9; do
    if [ "$word" = alive ]; then
        alive=$count
        break
    fi
    look "$count"
    echo go >&8
done
[ "$alive" = 0 ] || look "$alive" >/dev/null
cat "$dir/client.log"

commit=$(git -C "$root" rev-parse --short HEAD)
[ -z "$(git -C "$root" status --porcelain -- '*.java' '*.xml' '*.sh' 2>/dev/null)" ] || commit=$commit-dirty

# The slope is that of a least-squares line through all herds. The first, of one WebSocket, has loaded most classes.
summary() {
    echo "# Idle WebSockets, $(date -u +%Y-%m-%dT%H:%M:%SZ), $commit"
    echo
    awk -F, '
        NR > 1 {
            rows[++n] = $0; w[n] = $1; rss[n] = $3; pss[n] = $4; heap[n] = $5; direct[n] = $7
        }
        function slope(y,    i, mx, my, sxy, sxx) {
            for (i = 1; i < n; i++) { mx += w[i] / (n - 1); my += y[i] / (n - 1) }
            for (i = 1; i < n; i++) { sxy += (w[i] - mx) * (y[i] - my); sxx += (w[i] - mx) ^ 2 }
            return 1024 * sxy / sxx
        }
        END {
            print "| WebSockets | descriptors | RSS, KiB | PSS, KiB | heap used, KiB | metaspace used, KiB | direct memory, KiB |"
            print "|---|---|---|---|---|---|---|"
            for (i = 1; i < n; i++) { gsub(",", " | ", rows[i]); print "| " rows[i] " |" }
            printf "\nThe last line again, after a message on each: RSS %d KiB, heap used %d KiB.\n\n", rss[n], heap[n]
            printf "| bytes for one WebSocket | of |\n|---|---|\n"
            printf "| %.0f | process memory (slope of PSS): all that grows outside the heap, whose own pages were there before |\n", slope(pss)
            printf "| %.0f | direct memory that was there before the first, over the largest herd:", 1024 * direct[1] / w[n - 1]
            print " tables as long as the descriptor limit allows, the index of the pins, the read buffer |"
            printf "| %.0f | heap used after a full collection (slope) |\n", slope(heap)
        }' "$csv"
    echo
    echo "Alive at the end, by an echo on each: $alive of $most."
    echo
    echo '```'
    echo "command: $command_line"
    echo "cpu: $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | sed -n 1p), $(nproc --all) cores"
    echo "kernel: $(uname -srm)"
    echo "descriptors: $(ulimit -n)"
    echo "jdk: $("$fairlead_java" -version 2>&1 | paste -sd';')"
    echo "flags of fairlead: $fairlead_flags"
    echo '```'
}
summary >"$dir/summary.md"
cat "$dir/summary.md"

if $save; then
    results=$root/perf-results/$(date -u +%Y-%m-%d)-$commit-$(uname -m)-$(nproc --all)cpu-idle
    number=2
    while [ -e "$results" ]; do
        results=${results%.[0-9]*}.$number
        number=$((number + 1))
    done
    mkdir -p "$results"
    cp "$csv" "$dir/summary.md" "$results"
    echo "saved in ${results#"$root"/}"
fi
[ "$alive" = "$most" ] || { echo "idle.sh: not all were alive" >&2; exit 1; }
