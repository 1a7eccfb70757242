// The peers: LEMON's NetworkSimplex and CostScaling on a DIMACS minimum-cost flow.
// usage: lemon simplex|scaling FILE.min   prints: optimum, CPU seconds of the solve, peak MiB
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>
#include <sys/resource.h>

using Graph = lemon::StaticDigraph;

struct Arc {
    int from, to;
    int64_t capacity, cost;
};

static double cpu()
{
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

template <class Solver> static void run(Solver &solver, const Graph &graph, const std::vector<Arc> &arcs,
                                        const std::vector<int64_t> &supply)
{
    Graph::ArcMap<int64_t> capacity(graph), cost(graph);
    Graph::NodeMap<int64_t> supplies(graph);
    for (int i = 0; i < graph.arcNum(); i++) {
        capacity[graph.arc(i)] = arcs[size_t(i)].capacity;
        cost[graph.arc(i)] = arcs[size_t(i)].cost;
    }
    for (int i = 0; i < graph.nodeNum(); i++)
        supplies[graph.node(i)] = supply[size_t(i)];
    double start = cpu();
    auto outcome = solver.upperMap(capacity).costMap(cost).supplyMap(supplies).run();
    double used = cpu() - start;
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    if (outcome == Solver::OPTIMAL)
        std::printf("%lld\t%.6f\t%.1f\n", (long long)solver.template totalCost<long long>(), used,
                    double(usage.ru_maxrss) / 1024);
    else
        std::printf("infeasible\t%.6f\t%.1f\n", used, double(usage.ru_maxrss) / 1024);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    FILE *file = std::fopen(argv[2], "r");
    if (!file)
        return 1;
    static char line[256];
    std::vector<Arc> arcs;
    std::vector<int64_t> supply;
    while (std::fgets(line, sizeof line, file)) {
        char *at = line + 1;
        if (line[0] == 'p') {
            at = line + 5;
            supply.resize(size_t(std::strtoll(at, &at, 10)));
            arcs.reserve(size_t(std::strtoll(at, &at, 10)));
        } else if (line[0] == 'n') {
            size_t node = size_t(std::strtoll(at, &at, 10)) - 1;
            supply[node] = std::strtoll(at, &at, 10);
        } else if (line[0] == 'a') {
            Arc arc;
            arc.from = int(std::strtoll(at, &at, 10)) - 1;
            arc.to = int(std::strtoll(at, &at, 10)) - 1;
            std::strtoll(at, &at, 10);
            arc.capacity = std::strtoll(at, &at, 10);
            arc.cost = std::strtoll(at, &at, 10);
            arcs.push_back(arc);
        }
    }
    std::fclose(file);
    std::stable_sort(arcs.begin(), arcs.end(), [](const Arc &a, const Arc &b) { return a.from < b.from; });
    std::vector<std::pair<int, int>> ends;
    ends.reserve(arcs.size());
    for (const Arc &arc : arcs)
        ends.emplace_back(arc.from, arc.to);
    Graph graph;
    graph.build(int(supply.size()), ends.begin(), ends.end());
    std::vector<std::pair<int, int>>().swap(ends);
    if (!std::strcmp(argv[1], "simplex")) {
        lemon::NetworkSimplex<Graph, int64_t, int64_t> solver(graph);
        run(solver, graph, arcs, supply);
    } else {
        lemon::CostScaling<Graph, int64_t, int64_t> solver(graph);
        run(solver, graph, arcs, supply);
    }
}
