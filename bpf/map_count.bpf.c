// Writes for each hash in the kernel its id and the number of its entries, which the kernel keeps
// (Linux 6.6). Other types of maps have no such number.

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

// The members that are read, wherever the running kernel has them.
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bpf_map {
	enum bpf_map_type map_type;
	__u32 id;
};
struct seq_file;
struct bpf_iter_meta {
	struct seq_file *seq;
};
struct bpf_iter__bpf_map {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
};
#pragma clang attribute pop

extern __s64 bpf_map_sum_elem_count(const struct bpf_map *map) __ksym;

char LICENSE[] SEC("license") = "Dual MIT/GPL";

static int is_hash(enum bpf_map_type type)
{
	return type == BPF_MAP_TYPE_HASH || type == BPF_MAP_TYPE_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_LRU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

SEC("iter/bpf_map")
int count_entries(struct bpf_iter__bpf_map *context)
{
	const struct bpf_map *map = context->map;
	if (map == NULL || !is_hash(map->map_type))
		return 0;
	const __s64 counted[] = { map->id, bpf_map_sum_elem_count(map) };
	bpf_seq_write(context->meta->seq, counted, sizeof counted);
	return 0;
}
