// Writes for each map whose entries the kernel counts its id and their number: hashes, which have a
// function for it (Linux 6.6), and LPM tries, which have a member for it.

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

// The members that are read, wherever the running kernel has them.
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bpf_map {
	enum bpf_map_type map_type;
	__u32 id;
};
struct lpm_trie {
	size_t n_entries;
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

// Older kernels lack it.
extern __s64 bpf_map_sum_elem_count(const struct bpf_map *map) __ksym __weak;

char LICENSE[] SEC("license") = "Dual MIT/GPL";

static bool is_hash(enum bpf_map_type type)
{
	return type == BPF_MAP_TYPE_HASH || type == BPF_MAP_TYPE_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_LRU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

// The map is the first member of its trie.
static bool count_trie(const struct bpf_map *map, __s64 *entries)
{
	const struct lpm_trie *trie = (const void *)map;
	size_t count = 0;
	if (!bpf_core_field_exists(trie->n_entries) ||
	    bpf_core_read(&count, sizeof count, &trie->n_entries) != 0)
		return false;
	*entries = count;
	return true;
}

static bool count(const struct bpf_map *map, __s64 *entries)
{
	if (map->map_type == BPF_MAP_TYPE_LPM_TRIE)
		return count_trie(map, entries);
	if (!is_hash(map->map_type) || !bpf_map_sum_elem_count)
		return false;
	*entries = bpf_map_sum_elem_count(map);
	return true;
}

SEC("iter/bpf_map")
int count_entries(struct bpf_iter__bpf_map *context)
{
	const struct bpf_map *map = context->map;
	if (map == NULL)
		return 0;
	__s64 counted[2] = { map->id };
	if (count(map, &counted[1]))
		bpf_seq_write(context->meta->seq, counted, sizeof counted);
	return 0;
}
