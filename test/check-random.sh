#!/bin/sh
# The campaign: 2,000 recurrences and 500 attentions drawn at random, in two processes.
# check-random.sh SEQMIX-RANDOM [FIRST-SEED]
# Prints each failure, made small, how many programs have which form and why, and exits 1 if one failed.
set -u
seqmix_random=$1 first=${2:-0}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
slice() {
  "$seqmix_random" "$2" --first "$3" --count "$4" >"$folder/$1" 2>&1 || : >"$folder/$1.failed"
}
{
  slice 1 recurrence "$first" 1000
  slice 2 attention "$first" 250
} &
slice 3 recurrence $((first + 1000)) 1000
slice 4 attention $((first + 250)) 250
wait
status=0
for part in 1 2 3 4; do
  grep -v ' ok$' "$folder/$part"
  tail -n 1 "$folder/$part" | grep -q ' ok, [0-9]* failed, ' || {
    echo "slice $part did not end"
    status=1
  }
  [ ! -e "$folder/$part.failed" ] || status=1
done
exit $status
